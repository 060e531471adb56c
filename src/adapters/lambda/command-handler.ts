import { type Answer, type AnswerPorts, answerFrame, type CommandRoute } from '../../domain/frames/answer-frame';
import type { Principal } from '../../domain/ports/operation';
import type { Action } from '../../protocol/commands';
import type { WebSocketEvent, WebSocketHandler, WebSocketResult } from './event';
import { refuse, runInvocation } from './invocation';

/** A Lambda handler for one command. `principalOf`: for the one command that asks with whose word the connection was opened. */
export function commandHandler<A extends Action, Ports extends AnswerPorts>(
  route: CommandRoute<A, Ports>,
  ports: Ports,
  principalOf: (event: WebSocketEvent) => Principal | undefined = () => undefined,
): WebSocketHandler {
  return (event) => {
    const { connectionId, identity } = event.requestContext;
    const caller = { connectionId, sourceIp: identity.sourceIp, principal: principalOf(event) };
    return answer(event, route.action, () => answerFrame(route, ports, { ...caller, frame: event.body ?? '' }));
  };
}

/**
 * Answers with the route's response, which saves a callback request, and always with 200: a refusal is an answer too, and
 * API Gateway would replace the body of any other status.
 */
export function answer(event: WebSocketEvent, route: string, give: () => Promise<Answer>): Promise<WebSocketResult> {
  const { connectionId, requestId } = event.requestContext;
  return runInvocation({ ids: { route, requestId, connectionId }, frame: event.body }, async () => {
    const { reply, outcome, userId } = await give();
    if (outcome !== 'ok') refuse(outcome);
    const result = reply === undefined ? { statusCode: 200 } : { statusCode: 200, body: reply };
    return { message: 'answered', userId, outcome, result };
  });
}
