import type { Action, Command, CommandSchema } from '../../protocol/commands';
import { decodeCommand, parseFrame } from '../../protocol/decode';
import type { ConnectionId, Ref, UserId } from '../../protocol/ids';
import { REF_LENGTH_MAX } from '../../protocol/limits';
import { encodeRefusal, encodeReply } from '../../protocol/messages';
import { Refusal, type RefusalCode } from '../../protocol/refusal';
import type { BoundCaller, Caller, Done } from '../ports/operation';
import type { Reporter, Sockets } from '../ports/ports';
import { type TouchPorts, touchConnection } from './touch-connection';

interface CommandRow<A extends Action> {
  readonly action: A;
  readonly command: CommandSchema;
  /** Answered only when the command carries a `ref` or is refused: each reply is a billed message. */
  readonly quiet?: boolean;
}

/** A command that anybody may send. */
export interface OpenRoute<A extends Action, Ports> extends CommandRow<A> {
  readonly caller: 'anyone';
  readonly operation: (ports: Ports, caller: Caller, command: Command<A>) => Promise<Done<A>>;
}

/** A command that only a logged-in connection may send; recognising it renews its lease. */
export interface BoundRoute<A extends Action, Ports> extends CommandRow<A> {
  readonly caller: 'user';
  readonly operation: (ports: Ports, caller: BoundCaller, command: Command<A>) => Promise<Done<A>>;
}

export type CommandRoute<A extends Action, Ports> = OpenRoute<A, Ports> | BoundRoute<A, Ports>;

export interface AnswerPorts extends TouchPorts, Reporter {
  /** Needed by every route that can meet the fence; `reg` cannot, and its Lambda carries no client for it. */
  readonly sockets?: Pick<Sockets, 'push' | 'close'>;
}

export interface Answer {
  /** The text for the route's response; `undefined` where nothing is to be said, or nobody is there to hear it. */
  readonly reply: string | undefined;
  readonly outcome: 'ok' | RefusalCode;
  readonly userId?: UserId | undefined;
}

interface Incoming extends Caller {
  /** Raw text, as the client sent it. */
  readonly frame: string;
}

/**
 * The way of a frame: raw text in, the reply's text out. Every refusal becomes an error reply here, and every bug
 * `internal` and a report. Rejects only if even the fence's two requests do.
 */
export async function answerFrame<A extends Action, Ports extends AnswerPorts>(
  route: CommandRoute<A, Ports>,
  ports: Ports,
  { frame, ...caller }: Incoming,
): Promise<Answer> {
  const envelope: { action: string; ref?: Ref | undefined } = { action: route.action };
  let userId: UserId | undefined;
  try {
    const parsed = await understood(ports, caller, () => parseFrame(frame));
    envelope.ref = parsed.ref;
    // The schema in a route's row is the one of its action: `test/project/docs.test.ts` holds it.
    const command = await understood(ports, caller, () => decodeCommand(route.command, parsed) as Command<A>);
    if (route.caller === 'user') userId = await touchConnection(ports, caller.connectionId);
    const done = await perform(route, ports, { caller, userId, command });
    const isSilent = route.quiet && envelope.ref === undefined;
    return { reply: isSilent ? undefined : encodeReply(envelope, done.fields), outcome: 'ok', userId: done.userId };
  } catch (cause) {
    return { ...(await refuse(ports, { connectionId: caller.connectionId, envelope, cause })), userId };
  }
}

/** `$default`: what no route fits. It has an action that we do not know, or none, or is no JSON at all. */
export async function answerUnroutable(ports: AnswerPorts, { frame, connectionId }: Incoming): Promise<Answer> {
  const envelope: { action?: string; ref?: Ref | undefined } = {};
  try {
    return await understood(ports, { connectionId }, (): never => {
      const { action, ref } = parseFrame(frame);
      envelope.ref = ref;
      if (action.length <= REF_LENGTH_MAX) envelope.action = action;
      throw new Refusal('unknown_action');
    });
  } catch (cause) {
    return refuse(ports, { connectionId, envelope, cause });
  }
}

/**
 * Nonsense is charged as a command is, and is as much of a sign of life; or whoever floods us would only have to misspell. What is
 * wrong with it is said first, unless there was too much of it. Only where the connection could be closed for it: not in `reg`.
 */
async function understood<T>(
  ports: AnswerPorts,
  { connectionId }: Pick<Caller, 'connectionId'>,
  decode: () => T | Promise<T>,
  isNonsense: (refusal: Refusal) => boolean = () => true,
): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (ports.sockets && cause instanceof Refusal && isNonsense(cause)) await chargeFor(ports, connectionId);
    throw cause;
  }
}

/** A `login` without a proof is well formed, for there may be an identity. */
const lacksAField = ({ code }: Refusal) => code === 'bad_field';

/** A connection that is not logged in owes nothing: it is closed before long. One that is not known at all meets the fence. */
async function chargeFor(ports: AnswerPorts, connectionId: ConnectionId): Promise<void> {
  try {
    await touchConnection(ports, connectionId);
  } catch (cause) {
    const isStranger = cause instanceof Refusal && cause.code === 'not_logged_in' && !cause.closesConnection;
    if (!isStranger) throw cause;
  }
}

interface Performance<A extends Action> {
  readonly caller: Caller;
  readonly userId: UserId | undefined;
  readonly command: Command<A>;
}

function perform<A extends Action, Ports extends AnswerPorts>(
  route: CommandRoute<A, Ports>,
  ports: Ports,
  { caller, userId, command }: Performance<A>,
): Promise<Done<A>> {
  if (route.caller === 'anyone') {
    return understood(ports, caller, () => route.operation(ports, caller, command), lacksAField);
  }
  if (userId === undefined) throw new Error('A route for users was performed for nobody.');
  return route.operation(ports, { ...caller, userId }, command);
}

interface Refused {
  readonly connectionId: ConnectionId;
  readonly envelope: { readonly action?: string; readonly ref?: Ref | undefined };
  readonly cause: unknown;
}

async function refuse(ports: AnswerPorts, { connectionId, envelope, cause }: Refused): Promise<Answer> {
  const refusal = cause instanceof Refusal ? cause : new Refusal('internal', { cause });
  if (refusal.cause !== undefined) ports.report(refusal.cause);
  const text = encodeRefusal(envelope, refusal);
  if (!refusal.closesConnection || !ports.sockets) return { reply: text, outcome: refusal.code };
  // The fence. The reply goes as a push: the route's response would come after the close, to nobody.
  await ports.sockets.push(connectionId, text);
  await ports.sockets.close(connectionId);
  return { reply: undefined, outcome: refusal.code };
}
