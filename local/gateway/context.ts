import type { AppDescription } from '../app/description';
import type { Faults } from '../faults/faults';
import type { Callers } from '../iam/callers';
import type { InvokableFunction } from '../lambda/invocation';
import type { ApiKeys } from './api-keys';
import type { GatewayBehaviours } from './behaviours';
import type { Connection } from './connection';
import type { Deadlines } from './deadlines';
import type { GatewayEvent, Units } from './gateway-event';
import type { Journal } from './journal';
import type { Limiter } from './limiter';
import type { GatewayLimits } from './limits';
import type { Metrics } from './metrics';
import type { PendingWork } from './pending-work';
import type { SelectKey } from './route-selection';
import type { Throttles } from './throttles';

/** What every part of one running gateway shares. */
export interface GatewayContext {
  readonly app: AppDescription;
  readonly functionOf: (logicalId: string) => InvokableFunction;
  readonly takeUnits: (accessKeyId: string) => Units;
  readonly onEvent: (event: GatewayEvent) => void;
  readonly now: () => number;
  readonly limits: GatewayLimits;
  readonly behaviours: GatewayBehaviours;
  readonly selectKey: SelectKey;
  /** The open ones: between the 101 and the first sign of the end. */
  readonly connections: Map<string, Connection>;
  readonly deadlines: Deadlines;
  readonly journal: Journal;
  readonly pending: PendingWork;
  readonly callers: Callers | undefined;
  readonly faults: Faults | undefined;
  readonly disconnects: Limiter;
  readonly throttles: Throttles;
  readonly apiKeys: ApiKeys;
  readonly metrics: Metrics;
  readonly isClosing: () => boolean;
}
