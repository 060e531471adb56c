import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { contentSecurityPolicy, PERMISSIONS_POLICY } from '../web/headers';
import { acknowledgePage } from './acknowledged';
import { pageFiles } from './page-files';

export interface ChatPageProps {
  /** `wss://…`: the one address that the page may connect to. */
  readonly gatewayUrl: string;
}

/** Of a release, the old assets are still asked for by whoever has the old `index.html` open. */
const ASSETS_FOR = Duration.days(365);

/** The page on a private bucket behind CloudFront, which alone may read it. */
export class ChatPage extends Construct {
  /** `https://…`: where people go. */
  readonly url: string;
  /** Where its files are. */
  readonly bucket: IBucket;
  /** What a browser says of where the page's connections come from. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { gatewayUrl }: ChatPageProps) {
    super(scope, id);
    // The CDK's own types disagree on `isWebsite` where optional properties are exact.
    this.bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // It holds nothing but what a deployment puts there.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    }) as IBucket;
    const distribution = this.#distribute(this.bucket, gatewayUrl);
    this.origin = `https://${distribution.distributionDomainName}`;
    this.url = `${this.origin}/`;
    this.#deploy(this.bucket, distribution, gatewayUrl);
    acknowledgePage(this.bucket, distribution);
  }

  #distribute(bucket: IBucket, gatewayUrl: string): Distribution {
    return new Distribution(this, 'Distribution', {
      comment: 'Rollcall: the page',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        // It heeds the objects' own Cache-Control.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(gatewayUrl),
        compress: true,
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      // The cheapest edges; the others are only some milliseconds nearer to somebody.
      priceClass: PriceClass.PRICE_CLASS_100,
    });
  }

  /** What the local server sends as well (`securityHeaders`), and HTTPS for two years. */
  #headers(gatewayUrl: string): ResponseHeadersPolicy {
    const override = true;
    return new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(gatewayUrl), override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'permissions-policy', value: PERMISSIONS_POLICY, override },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override },
        ],
      },
    });
  }

  /** The assets first: an `index.html` must never name what is not there yet. */
  #deploy(bucket: IBucket, distribution: Distribution, gatewayUrl: string): void {
    const assets = this.#upload('Assets', bucket, {
      sources: [pageFiles(this, 'assets')],
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(ASSETS_FOR), CacheControl.immutable()],
    });
    const index = this.#upload('Index', bucket, {
      sources: [pageFiles(this, 'index'), Source.jsonData('config.json', { url: gatewayUrl })],
      cacheControl: [CacheControl.noCache()],
      distribution,
      distributionPaths: ['/', '/index.html', '/config.json'],
    });
    index.node.addDependency(assets);
  }

  #upload(
    id: string,
    destinationBucket: IBucket,
    props: {
      readonly sources: ISource[];
      readonly cacheControl: CacheControl[];
      readonly distribution?: Distribution;
      readonly distributionPaths?: string[];
    },
  ): BucketDeployment {
    // Either would otherwise remove what the other one has put there, and the assets of the release before.
    return new BucketDeployment(this, id, { destinationBucket, prune: false, memoryLimit: 256, ...props });
  }
}
