import { Annotations } from 'aws-cdk-lib';
import type { IWebSocketRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, Node } from 'constructs';
import { type IdentitySettings, isTrustworthy } from '../src/adapters/oidc/identity-settings';
import { createFunction, type Surroundings } from './chat-function';
import { textOf } from './context';
import type { ChatFunctions } from './function-name';
import { FUNCTION_SIZES, type FunctionSize } from './function-sizes';

/** Who says who somebody is, when a connection is opened: `jwtIdentity`, or `lambdaIdentity` with an authorizer of one's own. */
export interface Identity {
  /** What is asked before `$connect`. */
  authorizer(scope: Construct, world: IdentityWorld): IWebSocketRouteAuthorizer;
}

export interface IdentityWorld extends Surroundings {
  /** Who brings no token may still log in by a password. */
  readonly passwords: boolean;
  readonly isReserved: boolean;
}

/** Who logs in, and how. */
export interface IdentityProps {
  /**
   * Where users come from: `jwtIdentity({ issuer, audience })`, for any OpenID Connect provider, or `lambdaIdentity`, for an authorizer of your
   * own. @default - they register here, with a password
   */
  readonly identity?: Identity;
  /** Whether users may register and log in by password and token. @default true without `identity`, false with it */
  readonly passwords?: boolean;
}

export interface JwtIdentityProps {
  /** Of any OpenID Connect provider, as it stands in its tokens: `https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc`. */
  readonly issuer: string;
  /** For whom its tokens have to be made out (`aud`), one of several: the client's id, mostly. */
  readonly audience: string | readonly string[];
  /**
   * The claim that a user's name is made from: letters and digits, or a UUID. Whatever it says, an account stays that of the `sub` that made it.
   * @default 'preferred_username'
   */
  readonly claim?: string;
  /** Where the issuer's keys are. @default where `<issuer>/.well-known/openid-configuration` says */
  readonly jwksUri?: string;
}

export interface LambdaIdentityProps {
  /** What a handshake must have, or API Gateway answers 401 without asking: `route.request.querystring.access_token`. @default nothing */
  readonly identitySource?: readonly string[];
}

// API Gateway needs a source, and refuses (401) a handshake that lacks one of several; but a token comes in the query or in a header. This one is
// always there, so the authorizer decides.
const ALWAYS_THERE = ['route.request.header.Host'];

/** A handshake waits for it, and it for the issuer's keys, for 3 s at most. As many at once as of `$connect`: each handshake asks both. */
const SIZE: FunctionSize = { timeoutSeconds: 10, memoryMb: 512, reserved: FUNCTION_SIZES.$connect.reserved };

/** The file in `lambdas/`, which serves no route. */
export const AUTHORIZER_FILE = 'authorize';

/** Users come from an OpenID Connect provider, by its tokens. @throws with what is wrong in the props */
export function jwtIdentity(props: JwtIdentityProps): Identity {
  const settings = checked(props);
  return {
    authorizer(scope, { passwords, isReserved, ...surroundings }) {
      if (settings.issuer.startsWith('http:')) {
        Annotations.of(scope).addWarningV2(
          'rollcall:localIssuer',
          `The issuer ${settings.issuer} is only there on a laptop (npm start).`,
        );
      }
      const reserved = isReserved ? SIZE.reserved : undefined;
      const lambda = createFunction(scope, surroundings, { file: AUTHORIZER_FILE, grants: {}, size: SIZE, reserved });
      const identity: IdentitySettings = { ...settings, anonymous: passwords };
      lambda.addEnvironment('IDENTITY', JSON.stringify(identity));
      return new WebSocketLambdaAuthorizer('Authorizer', lambda, { identitySource: ALWAYS_THERE });
    },
  };
}

/**
 * Users come from an authorizer of one's own. Its policy lets a handshake in, and its context says whose connection it is: `userId`, the name;
 * `subject`, which never is anybody else's, if the name may be one day; `expiresAt`, in milliseconds since 1970, until when a login is taken.
 */
export function lambdaIdentity(
  lambda: IFunction,
  { identitySource = ALWAYS_THERE }: LambdaIdentityProps = {},
): Identity {
  return {
    authorizer: () => new WebSocketLambdaAuthorizer('Authorizer', lambda, { identitySource: [...identitySource] }),
  };
}

/** The one that the CDK's context names: `-c issuer=https://… -c audience=…`, perhaps with `claim` and `jwksUri`. */
export function identityOf(node: Node): Identity | undefined {
  const issuer = textOf(node, 'issuer');
  const audience = textOf(node, 'audience');
  const claim = textOf(node, 'claim');
  const jwksUri = textOf(node, 'jwksUri');
  if (issuer === undefined && (audience ?? claim ?? jwksUri) === undefined) return undefined;
  if (issuer === undefined || audience === undefined) {
    throw new Error('An identity provider needs both contexts: -c issuer=https://… -c audience=….');
  }
  return jwtIdentity({ issuer, audience: audience.split(','), ...(claim && { claim }), ...(jwksUri && { jwksUri }) });
}

/** Tells whatever makes, takes or changes a password that it is not to. */
export function switchPasswords({ reg, login, passwd }: ChatFunctions, passwords: boolean): void {
  if (passwords) return;
  for (const lambda of [reg, login, passwd]) lambda.addEnvironment('PASSWORDS', 'off');
}

/** On, unless users come from elsewhere. @throws where nobody could log in at all */
export function passwordsOf({ identity, passwords = identity === undefined }: IdentityProps): boolean {
  if (passwords || identity) return passwords;
  throw new Error('ChatApi: without passwords, it needs an identity: nobody could log in.');
}

function checked({ issuer, audience, claim = 'preferred_username', jwksUri }: JwtIdentityProps) {
  const audiences = [audience].flat();
  requireUrl('issuer', issuer);
  if (new URL(issuer).search || new URL(issuer).hash)
    throw wrong(`issuer must have no query and no fragment, not ${issuer}`);
  if (jwksUri !== undefined) requireUrl('jwksUri', jwksUri);
  if (audiences.length === 0 || audiences.includes('')) {
    throw wrong('audience must name for whom tokens are made out: without it, any of the issuer’s tokens would do');
  }
  if (claim === '') throw wrong('claim must be the name of a claim');
  return { issuer, audience: audiences, claim, ...(jwksUri !== undefined && { jwksUri }) };
}

function requireUrl(name: string, text: string): void {
  if (URL.canParse(text) && isTrustworthy(new URL(text))) return;
  throw wrong(`${name} must be an https URL, not ${JSON.stringify(text)}`);
}

function wrong(what: string): Error {
  return new Error(`jwtIdentity: ${what}.`);
}
