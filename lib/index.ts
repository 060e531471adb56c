/** What the package is: `import { ChatApi } from 'rollcall'`. */
export { ChatApi } from './chat-api';
export type { ChatApiProps, Throttle } from './chat-api-props';
export { ChatPage, type ChatPageProps } from './chat-page';
export type { ChatDomain } from './domain';
export type { ChatFunctions, FunctionName } from './function-name';
export {
  type Identity,
  type JwtIdentityProps,
  jwtIdentity,
  type LambdaIdentityProps,
  lambdaIdentity,
} from './identity';
export type { LogLevel, ObservedProps } from './observed';
export type { Queues } from './queues';
export type { ReservedConcurrency } from './reserved-concurrency';
export type { Tables } from './tables';
export type { Tunables } from './tunables';
export type { WatchProps } from './watch';
