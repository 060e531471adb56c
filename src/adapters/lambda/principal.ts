import type { Principal } from '../../domain/ports/operation';
import type { WebSocketEvent } from './event';

/**
 * For whom the authorizer of `$connect` has vouched; `undefined` if it names nobody, or there is none. Of its context, API Gateway makes
 * text: `userId`; perhaps `subject`, where the name alone may one day be somebody else's; perhaps `expiresAt`, in milliseconds since 1970.
 */
export function principalOf({ requestContext: { authorizer = {} } }: WebSocketEvent): Principal | undefined {
  const { userId, subject = userId, expiresAt } = authorizer;
  if (userId === undefined || userId === '') return undefined;
  const expiry = expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) };
  return { name: String(userId), subject: String(subject), ...expiry };
}
