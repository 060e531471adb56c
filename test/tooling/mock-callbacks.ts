import { jest } from '@jest/globals';
import { CallbackClient, type CallbackRequest } from '../../src/adapters/api-gateway/callback-client';

type Method = CallbackRequest['method'];

/** `@connections` as no gateway answers on demand: everything is taken, but for the methods that are to be refused. */
export function mockCallbacks() {
  const faults = new Map<Method, Error>();
  const requests: CallbackRequest[] = [];
  jest.spyOn(CallbackClient.prototype, 'send').mockImplementation(async (request) => {
    requests.push(request);
    const fault = faults.get(request.method);
    if (fault) throw fault;
  });
  return {
    requests,
    /** What was posted, in its order. */
    posted: () => requests.filter(({ method }) => method === 'POST').map(({ body = '' }) => JSON.parse(body)),
    refuse: (method: Method, fault: Error) => void faults.set(method, fault),
    reset() {
      faults.clear();
      requests.length = 0;
    },
  };
}
