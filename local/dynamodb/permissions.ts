import type { Location } from '../app/description';
import type { Callers } from '../iam/callers';
import { databaseError, type Refuse } from './intercept';
import { accessesOf, isPartiQl } from './request-access';

/** Refuses what the role of the calling function does not allow, as DynamoDB does. People may do everything. */
export function requirePermissions(callers: Callers, place: Location): Refuse {
  return ({ operation, accessKeyId, body }) => {
    if (callers.environmentOf(accessKeyId) === undefined) return undefined;
    if (isPartiQl(operation)) {
      return databaseError('ValidationException', `PartiQL (${operation}) is not supported locally`);
    }
    const denial = callers.denial(accessKeyId, accessesOf(operation, parse(body), place));
    return denial === undefined ? undefined : databaseError('AccessDeniedException', denial);
  };
}

/** What is no JSON touches nothing: the engine refuses it. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
