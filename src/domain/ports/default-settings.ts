import { DEVICES_MAX, LEASE_MS, LOGIN_GRACE_MS } from '../../protocol/limits';
import type { Settings } from './ports';

/** What a stack has that tunes nothing. */
export const DEFAULT_SETTINGS: Settings = {
  leaseMs: LEASE_MS,
  loginGraceMs: LOGIN_GRACE_MS,
  devicesMax: DEVICES_MAX,
};
