import { type Answer, type AnswerPorts, answerFrame, type CommandRoute } from '../../domain/answer-frame';
import type { Principal } from '../../domain/operation';
import type { Action } from '../../protocol/commands';
import type { WebSocketEvent, WebSocketHandler } from './event';
import { log } from './log';

/**
 * A Lambda handler for one command. It answers with the route's response, which saves a callback request, and always with
 * 200: a refusal is an answer too, and API Gateway would replace the body of any other status. `principalOf`: for the one command
 * that asks with whose word the connection was opened.
 */
export function commandHandler<A extends Action, Ports extends AnswerPorts>(
  route: CommandRoute<A, Ports>,
  ports: Ports,
  principalOf: (event: WebSocketEvent) => Principal | undefined = () => undefined,
): WebSocketHandler {
  return async (event) => {
    const { connectionId } = event.requestContext;
    const caller = { connectionId, principal: principalOf(event) };
    const answer = await answerFrame(route, ports, { ...caller, frame: event.body ?? '' });
    return toResult(event, route.action, answer);
  };
}

/** The line that says what came of an event, and the route's response. */
export function toResult(event: WebSocketEvent, route: string, { reply, outcome, userId }: Answer) {
  const { connectionId, requestId } = event.requestContext;
  log('INFO', { message: 'answered', route, requestId, connectionId, userId, outcome });
  return reply === undefined ? { statusCode: 200 } : { statusCode: 200, body: reply };
}
