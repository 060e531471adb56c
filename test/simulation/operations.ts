import {
  type AnswerPorts,
  answerFrame,
  answerUnroutable,
  type CommandRoute,
} from '../../src/domain/frames/answer-frame';
import type { FanOutJob } from '../../src/domain/ports/ports';
import type { ProfileChange } from '../../src/domain/presence/announce-presence';
import type { Action } from '../../src/protocol/commands';
import type { ConnectionId } from '../../src/protocol/ids';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';
import type { Ports } from './lambdas';

type CommandRoutes = Readonly<Record<string, CommandRoute<Action, AnswerPorts>>>;

interface Opening {
  readonly connectionId: ConnectionId;
  readonly connectedAt: number;
  readonly sourceIp: string;
}

interface Shift {
  readonly periodMs: number;
  readonly beginUntil: number;
  readonly until: number;
}

interface Incoming {
  readonly connectionId: ConnectionId;
  readonly frame: string;
}

/** What Lambdas do. The real ones below; a mutant replaces some. */
export interface Operations {
  readonly open: (ports: Ports, opening: Opening) => Promise<unknown>;
  readonly release: (ports: Ports, request: { readonly connectionId: ConnectionId }) => Promise<unknown>;
  readonly answer: (ports: Ports, incoming: Incoming) => Promise<string | undefined>;
  readonly sweep: (ports: Ports, shift: Shift) => Promise<unknown>;
  readonly fanOut: (ports: Ports, job: FanOutJob) => Promise<unknown>;
  /** Resolves with the users whose changes have to come again. */
  readonly announce: (ports: Ports, changes: readonly ProfileChange[]) => Promise<readonly string[]>;
}

function answerWith(table: CommandRoutes): Operations['answer'] {
  return async (ports, incoming) => {
    const { action } = JSON.parse(incoming.frame) as { readonly action: string };
    const route = Object.hasOwn(table, action) ? table[action] : undefined;
    const seen = { sourceIp: '::1', ...incoming };
    const { reply } = await (route ? answerFrame(route, ports, seen) : answerUnroutable(ports, seen));
    return reply;
  };
}

const { $connect, $disconnect, $default, ...commands } = routes;

const realRoutes = commands as unknown as CommandRoutes;

export const realOperations: Operations = {
  open: $connect.operation,
  release: $disconnect.operation,
  answer: answerWith(realRoutes),
  sweep: tasks.sweep.operation,
  announce: tasks.announce.operation,
  fanOut: tasks['fan-out'].operation,
};
