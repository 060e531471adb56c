import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ChatPage } from '../../lib/chat-page';
import { RollcallStack } from '../../lib/rollcall-stack';
import { securityHeaders } from '../../web/headers';

const WITHOUT_CODE = { 'aws:cdk:bundling-stacks': [] };
const GATEWAY = 'wss://abc123.execute-api.eu-central-1.amazonaws.com/dev';

interface Deployment {
  readonly id: string;
  readonly DependsOn: readonly string[];
  readonly Properties: {
    readonly SystemMetadata: Readonly<Record<string, string>>;
    readonly DistributionPaths?: readonly string[];
    readonly Prune: boolean;
  };
}

let template: Template;

beforeAll(() => {
  const stack = new Stack(new App({ context: WITHOUT_CODE }), 'Page');
  new ChatPage(stack, 'ChatPage', { gatewayUrl: GATEWAY });
  template = Template.fromStack(stack);
});

function headersPolicy() {
  const [policy] = Object.values(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
  return policy?.Properties.ResponseHeadersPolicyConfig;
}

describe('the page’s bucket', () => {
  it('is private, encrypted, and reached by TLS only', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: Match.anyValue() },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('is read by this distribution alone', () => {
    const [distribution] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));

    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Condition: {
              StringEquals: {
                'AWS:SourceArn': {
                  'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('distribution/$'), { Ref: distribution }])],
                },
              },
            },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });
});

describe('the page’s distribution', () => {
  it('serves by HTTPS of today, and nothing but GET and HEAD', () => {
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        DefaultRootObject: 'index.html',
        DefaultCacheBehavior: {
          AllowedMethods: ['GET', 'HEAD'],
          ViewerProtocolPolicy: 'redirect-to-https',
          Compress: true,
        },
      },
    });
  });

  it('lets the page connect to exactly the gateway', () => {
    const policy: string = headersPolicy().SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;

    expect(policy.split('; ')).toContain(`connect-src 'self' ${GATEWAY}`);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it('sends every header that the local server sends, with its value', () => {
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = headersPolicy();
    const sent: Record<string, string> = {
      'content-security-policy': security.ContentSecurityPolicy.ContentSecurityPolicy,
      'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
      // CloudFront knows but this value.
      'x-content-type-options': security.ContentTypeOptions.Override ? 'nosniff' : '',
      'x-frame-options': security.FrameOptions.FrameOption,
    };
    for (const { Header, Value } of custom.Items) sent[Header] = Value;

    expect(sent).toEqual(securityHeaders(GATEWAY));
    expect(security.StrictTransportSecurity).toMatchObject({ AccessControlMaxAgeSec: 63_072_000 });
  });
});

describe('the page’s files', () => {
  const deployments = (): Deployment[] =>
    Object.entries(template.findResources('Custom::CDKBucketDeployment')).map(([id, resource]) => ({
      ...(resource as Omit<Deployment, 'id'>),
      id,
    }));
  const deployment = (id: string) => deployments().find((found) => found.id.startsWith(`ChatPage${id}`));

  it('are kept for ever where the name changes with the content, and asked for anew where it does not', () => {
    expect(deployment('Assets')?.Properties.SystemMetadata).toEqual({
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(deployment('Index')?.Properties.SystemMetadata).toEqual({ 'cache-control': 'no-cache' });
    expect(deployment('Index')?.Properties.DistributionPaths).toEqual(['/', '/index.html', '/config.json']);
  });

  it('come in the order in which one names the other, and none removes another', () => {
    expect(deployment('Index')?.DependsOn).toEqual(expect.arrayContaining([deployment('Assets')?.id]));
    expect(deployments().map(({ Properties }) => Properties.Prune)).toEqual([false, false]);
  });
});

describe('the stack', () => {
  const stackWith = (page?: unknown) => {
    const context = { ...WITHOUT_CODE, ...(page === undefined ? {} : { page }) };
    return Template.fromStack(new RollcallStack(new App({ context }), 'Rollcall'));
  };

  it('has no page unless the context asks for it', () => {
    stackWith().resourceCountIs('AWS::CloudFront::Distribution', 0);
    stackWith('false').resourceCountIs('AWS::S3::Bucket', 0);
  });

  it('tells where the page is, and tells the page where the API is', () => {
    const asked = stackWith('true');
    const [policy] = Object.values(asked.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    const [api] = Object.keys(asked.findResources('AWS::ApiGatewayV2::Api'));

    expect(Object.keys(asked.toJSON().Outputs)).toContain('PageUrl');
    expect(JSON.stringify(policy)).toContain(`wss://","Ref":"${api}"`.replace('","Ref', '",{"Ref'));
  });

  it('does not guess what else the context may mean', () => {
    expect(() => stackWith('yes')).toThrow('The context page must be true or false, not "yes".');
  });
});
