import { type Resource, type Template, textOf, Unsupported } from './template';

/** Who is told outside of the app: a laptop need not tell them. */
const OUTSIDE = ['email', 'email-json', 'http', 'https', 'sms'];

/** What runs here, or says what it may do. */
const USERS = /^AWS::(Lambda::Function|IAM::.*Policy|IAM::Role|Events::Rule|Lambda::EventSourceMapping)$/;

/**
 * Topics are not served. One that only tells people of alarms is left out; one that the app itself publishes to, or hears of, is refused.
 *
 * @throws Unsupported, with the name of what would be missed.
 */
export function requireTopicsForAlarms({ resources }: Template): void {
  const all = [...resources.values()];
  for (const topic of all.filter(({ type }) => type === 'AWS::SNS::Topic')) {
    const user = all.find((resource) => USERS.test(resource.type) && refersTo(resource, topic.logicalId));
    if (user !== undefined)
      throw new Unsupported(topic, `topics are not supported locally, and ${user.logicalId} uses it`);
  }
  for (const subscription of all.filter(({ type }) => type === 'AWS::SNS::Subscription')) {
    const protocol = textOf(subscription.properties.Protocol);
    if (!OUTSIDE.includes(protocol))
      throw new Unsupported(subscription, `protocol ${protocol} is not supported locally`);
  }
}

/** By `Ref`, `Fn::GetAtt` or within an `Fn::Sub`. */
function refersTo({ properties }: Resource, logicalId: string): boolean {
  const text = JSON.stringify(properties);
  return [`"Ref":"${logicalId}"`, `"Fn::GetAtt":["${logicalId}"`, `"${logicalId}.`, `\${${logicalId}`].some(
    (reference) => text.includes(reference),
  );
}
