import { parseArgs } from 'node:util';
import { ClearError } from '../process/clear-error';
import { parse, parseHttpUrl, parsePort } from './options';

const STACK_NAME = 'Rollcall';

/** Where to look: what `npm start` serves on a port, a deployed stack, or any DynamoDB by its URL. */
export type WhoSource =
  | { readonly kind: 'local'; readonly port: number }
  | { readonly kind: 'deployed'; readonly stackName: string }
  | { readonly kind: 'endpoint'; readonly url: string; readonly stackName: string };

export interface WhoOptions {
  readonly source: WhoSource;
  readonly json: boolean;
  readonly help: boolean;
}

export const WHO_USAGE = `Usage: npm run who -- [options]

Shows everyone's state, last seen and devices, read from the database.

  --port N         what \`npm start\` serves on this port (default 3001)
  --stack NAME     a deployed stack, with your default region and credentials
  --endpoint URL   any DynamoDB (LocalStack, say); --stack names the stack there (default ${STACK_NAME})
  --json           as JSON
  --help           this text
`;

/** @throws ClearError, one line, for anything that is not understood. */
export function parseWhoOptions(args: readonly string[]): WhoOptions {
  const { port, stack, endpoint, json, help } = parse(() =>
    parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        stack: { type: 'string' },
        endpoint: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  ).values;
  if (port !== undefined && (stack !== undefined || endpoint !== undefined)) {
    throw new ClearError('--port names a local start; it goes with neither --stack nor --endpoint. See --help.');
  }
  return { source: sourceOf({ port, stack, endpoint }), json, help };
}

function sourceOf(options: {
  readonly port: string | undefined;
  readonly stack: string | undefined;
  readonly endpoint: string | undefined;
}): WhoSource {
  if (options.endpoint !== undefined) {
    const url = parseHttpUrl('--endpoint', options.endpoint);
    return { kind: 'endpoint', url, stackName: options.stack ?? STACK_NAME };
  }
  if (options.stack !== undefined) return { kind: 'deployed', stackName: options.stack };
  return { kind: 'local', port: parsePort('--port', options.port ?? '3001') };
}
