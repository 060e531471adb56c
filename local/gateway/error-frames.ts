/** The bodies of errors that the gateway itself answers with. */

export type ErrorMessage =
  | ('Forbidden' | 'Internal server error' | 'Endpoint request timed out')
  | ('Too Many Requests' | 'Limit Exceeded');

/** The spacing is AWS's own, as captured: some clients compare text. */
export function errorFrame(message: ErrorMessage, ids: { connectionId: string; requestId: string }): string {
  return `{"message": "${message}", "connectionId":"${ids.connectionId}", "requestId":"${ids.requestId}"}`;
}

/** Where no connection exists yet, or none is meant. */
export function errorBody(message: string): string {
  return JSON.stringify({ message });
}
