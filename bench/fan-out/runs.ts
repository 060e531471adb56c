import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../lib/bundle';
import { selfSigned } from '../processes/certificate';
import { answerOf, startChild } from '../processes/children';
import type { Burst, Pusher, Seen } from './burst';
import { coreShare } from './core-share';

/** One fresh process: its first burst, with handshakes and cold code, and its second one, with neither; what the endpoint saw of both. */
export interface Run {
  readonly first: Burst;
  readonly second: Burst;
  readonly seen: Seen;
}

interface RunOptions {
  readonly pusher: Pusher;
  readonly posts: number;
  /** Whose part of a core the bursts get; loading has a whole one, as Lambda's INIT has. A whole machine if it is not given. */
  readonly memoryMb?: number;
}

export interface Bench {
  run(options: RunOptions): Promise<Run>;
  end(): Promise<void>;
}

/** Starts the endpoint, and bundles the pusher as the Lambdas are. */
export async function startBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-fan-out-'));
  const { keyFile, certificateFile } = selfSigned(folder);
  const endpointFile = join(__dirname, 'endpoint.ts');
  const endpoint = startChild(endpointFile, [keyFile, certificateFile], { execArgv: ['--import', 'tsx'] });
  const callbackUrl = String(await answerOf(endpoint.process));
  const outfile = join(folder, 'pusher.cjs');
  bundle({ entryPoints: [join(__dirname, 'pusher.ts')], outfile });
  const env = environmentOf({ certificateFile, callbackUrl });
  return {
    async run({ pusher, posts, memoryMb }) {
      const child = startChild(outfile, [JSON.stringify(pusher)], { env, execArgv: [] });
      const share = memoryMb === undefined ? undefined : coreShare(memoryMb);
      try {
        await answerOf(child.process); // It has loaded.
        share?.add(Number(child.process.pid));
        const first = (await child.ask({ posts })) as Burst;
        const second = (await child.ask({ posts })) as Burst;
        return { first, second, seen: (await endpoint.ask({})) as Seen };
      } finally {
        await child.end();
        share?.remove();
      }
    },
    async end() {
      await endpoint.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** As Lambda has it, but for the endpoint's certificate. */
function environmentOf({ certificateFile, callbackUrl }: Readonly<Record<'certificateFile' | 'callbackUrl', string>>) {
  return {
    ...process.env,
    ...{ NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: certificateFile, CALLBACK_URL: callbackUrl },
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
    AWS_SESSION_TOKEN: 't'.repeat(600), // A role's token is about as long.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
