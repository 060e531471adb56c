import { Refusal } from '../../protocol/refusal';
import type { Tuned } from '../ports/ports';

/** Refuses `password_login_off` where an identity provider alone says who somebody is: for whatever makes, takes or changes a password. */
export function requirePasswords({ settings }: Tuned): void {
  if (settings.passwords === false) throw new Refusal('password_login_off');
}
