import {
  type Answer,
  type AnswerPorts,
  answerFrame,
  answerUnroutable,
  type CommandRoute,
} from '../../src/domain/frames/answer-frame';
import type { FanOutJob, NewConnection } from '../../src/domain/ports/ports';
import type { ProfileChange } from '../../src/domain/presence/announce-presence';
import { sweep } from '../../src/domain/presence/sweep';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';
import type { Stage } from './stage';

export type Routes = Readonly<Record<Action, CommandRoute<Action, AnswerPorts>>>;

/** What a release has: this one, or an older one that runs beside it. */
export interface Server {
  readonly answerFrame: typeof answerFrame;
  readonly sweep: typeof sweep;
  readonly routes: typeof routes;
  readonly tasks: typeof tasks;
}

/** A release at work: everything that AWS may ask of it. */
export interface Side {
  answer(action: Action | undefined, incoming: Incoming): Promise<Answer>;
  open(opening: Omit<NewConnection, 'leaseUntil'>): Promise<unknown>;
  release(connectionId: ConnectionId): Promise<unknown>;
  sweep(): Promise<unknown>;
  announce(changes: readonly ProfileChange[]): Promise<unknown>;
  fanOut(job: FanOutJob): Promise<unknown>;
}

interface Incoming {
  readonly connectionId: ConnectionId;
  readonly sourceIp: string;
  readonly frame: string;
}

export const thisRelease: Server = { answerFrame, sweep, routes, tasks };

export function sideOf(server: Server, ports: Stage['ports'], mutants: Partial<Routes> = {}): Side {
  const { $connect, $disconnect, $default, ...commands } = server.routes;
  const table = { ...(commands as unknown as Routes), ...mutants };
  return {
    answer: async (action, incoming) => {
      const route = action && table[action];
      return route ? server.answerFrame(route, ports, incoming) : answerUnroutable(ports, incoming);
    },
    open: (opening) => $connect.operation(ports, opening),
    release: (connectionId) => $disconnect.operation(ports, { connectionId }),
    sweep: () => server.sweep(ports, { until: Number.POSITIVE_INFINITY }),
    announce: (changes) => server.tasks.announce.operation(ports, changes),
    fanOut: (job) => server.tasks['fan-out'].operation(ports, job),
  };
}
