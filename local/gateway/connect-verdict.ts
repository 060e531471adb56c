import type { GatewayBehaviours } from './behaviours';
import { errorFrame } from './error-frames';
import type { HttpAnswer } from './http-answer';
import type { Answer } from './integration';
import { isSuccess } from './lambda-response';

/** What `$connect` decided: in, with a subprotocol perhaps, or out. */
export type Verdict = { readonly subprotocol?: string } | { readonly refusal: HttpAnswer };

/** The integration's own status and body refuse; its failure is 502, Lambda's refusal to run it 500, the timeout 504. */
export function verdictOf(
  answer: Answer,
  ids: { readonly connectionId: string; readonly requestId: string },
  behaviours: GatewayBehaviours,
): Verdict {
  switch (answer.kind) {
    case 'timeout': {
      const body = errorFrame('Endpoint request timed out', ids);
      return { refusal: { status: Number(behaviours.connectTimeout), body } };
    }
    case 'error': {
      const status = Number(errorStatus(answer, behaviours));
      return { refusal: { status, body: errorFrame('Internal server error', ids) } };
    }
    case 'response': {
      const { statusCode, body, subprotocol } = answer.response;
      if (isSuccess(answer.response)) return subprotocol === undefined ? {} : { subprotocol };
      const isShown = body !== undefined && behaviours.refusedConnectBody === 'lambda';
      return { refusal: { status: statusCode, ...(isShown && { body }) } };
    }
  }
}

function errorStatus(error: Answer & { readonly kind: 'error' }, behaviours: GatewayBehaviours): number | string {
  if (error.status === 500) return behaviours.throttledConnect;
  return error.isMalformed ? behaviours.malformedConnect : error.status;
}
