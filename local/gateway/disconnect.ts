import type { ConnectionFacts } from './connection-facts';
import type { GatewayContext } from './context';
import { worded } from './endings';
import { disconnectEvent, type Ending } from './events';
import { newId } from './ids';
import { callIntegration } from './integration';

/**
 * Runs `$disconnect` for a connection that has ended, once. Its result is ignored, since nobody is left to hear of it
 * (Developer Guide, "The $connect and $disconnect routes"). The journal forgets the connection only afterwards: of a
 * gateway that is killed in between, the next one delivers the event again rather than never.
 */
export async function deliverDisconnect(
  context: GatewayContext,
  facts: ConnectionFacts,
  ending: Ending,
): Promise<void> {
  const route = context.app.routes.get('$disconnect');
  if (route) {
    const deliver = () =>
      context.disconnects.run(() => {
        const { connectionId } = facts;
        const happening = { routeKey: route.routeKey, requestId: newId(), at: context.now() };
        const event = disconnectEvent(context.app, facts, worded(ending, context.behaviours), happening);
        return callIntegration(context, route, {
          connectionId,
          requestId: happening.requestId,
          at: happening.at,
          event,
        });
      });
    await (context.faults ? context.faults.disconnect(deliver) : deliver());
  }
  context.journal.closed(facts.connectionId);
}
