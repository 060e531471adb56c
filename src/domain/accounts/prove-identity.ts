import { isUserId, normaliseHandle, withoutUuidDashes } from '../../protocol/handle';
import type { UserId } from '../../protocol/ids';
import { HANDLE_LENGTH_MAX, SUBJECT_LENGTH_MAX } from '../../protocol/limits';
import { Refusal } from '../../protocol/refusal';
import type { Principal } from '../ports/operation';
import type { Accounts } from '../ports/ports';
import { type SettlePorts, settle } from '../steps/settle';

export interface IdentityPorts extends SettlePorts {
  readonly accounts: Pick<Accounts, 'ownerOf' | 'createOwned'>;
}

/**
 * The user whom an identity provider's word stands for; their first login makes the account. One request, or two then.
 * Refuses `wrong_credentials` when the word is too old, `bad_handle` when it names nobody who could be a user here, and `user_taken`
 * when the account is somebody else's.
 *
 * Names are shown, subjects decide: a provider may give a name to somebody else, and two of its names may become one handle here. The
 * account belongs to the subject that made it, so no other one ever gets in, and nobody gets into one that was made with a password.
 */
export async function proveIdentity(ports: IdentityPorts, { name, subject, expiresAt }: Principal): Promise<UserId> {
  const now = ports.clock.now();
  // A time that is no number is over as well.
  if (expiresAt !== undefined && !(now < expiresAt)) throw tooOld();
  if (subject.length > SUBJECT_LENGTH_MAX)
    throw new Error(`The authorizer's subject is ${subject.length} characters long.`);
  const userId = handleOf(name);
  await settle(ports, async () => {
    const owner = await ports.accounts.ownerOf(userId);
    // Whoever comes second reads who was first.
    if (owner === undefined)
      return (await ports.accounts.createOwned({ userId, subject, now })) === 'created' ? userId : 'conflict';
    if (owner.subject !== subject) throw takenName(userId);
    return userId;
  });
  return userId;
}

function handleOf(name: string): UserId {
  const handle = normaliseHandle(withoutUuidDashes(name));
  if (isUserId(handle)) return handle;
  throw new Refusal('bad_handle', {
    message: `Your identity's name here would be ${shown(name)}, and a name is 1 to ${HANDLE_LENGTH_MAX} letters and digits. Whoever runs this server can choose another claim.`,
  });
}

const NAME_SHOWN_MAX = 64; // A claim may be long; the reply shows enough to recognise it.

function shown(name: string): string {
  return JSON.stringify(name.slice(0, NAME_SHOWN_MAX));
}

function tooOld(): Refusal {
  return new Refusal('wrong_credentials', {
    message: 'What you connected with has expired. Connect again with a new token.',
  });
}

function takenName(userId: UserId): Refusal {
  return new Refusal('user_taken', {
    message: `The account ${JSON.stringify(userId)} belongs to another identity. Ask whoever runs this server.`,
  });
}
