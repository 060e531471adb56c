import { ApiMapping, DomainName, type WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';

export interface ChatDomain {
  /** `chat.example.com` */
  readonly domainName: string;
  /** For that name, in the region of the stack. */
  readonly certificate: ICertificate;
  /** Where its records go. @default - none: point the name at the domain's regional name by a CNAME yourself */
  readonly hostedZone?: IHostedZone;
  /** What follows the name in the URL: `v1` makes `wss://chat.example.com/v1`. @default - nothing */
  readonly path?: string;
}

/**
 * The stage by a name of one's own. API Gateway's own URL stays, since the pushes of the Lambdas go by it.
 *
 * @returns where clients connect, and what the name is to be an alias of.
 */
export function createDomain(scope: Construct, stage: WebSocketStage, domain: ChatDomain) {
  const { domainName: name, certificate, hostedZone: zone, path } = domain;
  const domainName = new DomainName(scope, 'Domain', { domainName: name, certificate });
  new ApiMapping(scope, 'DomainMapping', {
    api: stage.api,
    domainName,
    stage,
    ...(path !== undefined && { apiMappingKey: path }),
  });
  const { regionalDomainName, regionalHostedZoneId } = domainName;
  if (zone) {
    const target = RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId));
    // With the dot at its end, the name is whole, whatever the zone is called.
    new ARecord(scope, 'DomainRecord', { zone, target, recordName: `${name}.` });
  }
  return { url: `wss://${name}${path === undefined ? '' : `/${path}`}`, target: regionalDomainName };
}
