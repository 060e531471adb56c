/**
 * Pushes, in a fresh process, bundled as a Lambda is: `argv[2]` says by which client. Says when it is loaded; each message is a number of
 * posts, which it answers with what they took.
 */
import { CallbackClient } from '../../src/adapters/api-gateway/callback-client';
import { socketsOf } from '../../src/adapters/api-gateway/sockets';
import { inParallel } from '../../src/domain/steps/in-parallel';
import { type Burst, PATIENCE_MS, type Pusher } from './burst';
import { handSigned } from './hand-signed';
import { sdkPush } from './sdk-push';

const { client, sockets }: Pusher = JSON.parse(process.argv[2] ?? '');
const callbackUrl = process.env.CALLBACK_URL ?? '';

/** As a message of a hundred letters is pushed. */
const TEXT = JSON.stringify({ event: 'message', conversation: 'group:1', seq: 1, from: 'ann', text: 'x'.repeat(100) });

function ourPush() {
  const patience = { connectMs: PATIENCE_MS, answerMs: PATIENCE_MS };
  const ours = new CallbackClient({ callbackUrl, socketsMax: sockets, attemptsMax: 1, ...patience });
  const meter = { count: () => undefined, measure: () => undefined };
  const report = (cause: unknown) => {
    throw cause;
  };
  return socketsOf(ours, { meter, report }).push;
}

const pushes: Readonly<Record<Pusher['client'], () => (id: never, text: string) => Promise<unknown>>> = {
  ours: ourPush,
  sdk: () => sdkPush({ callbackUrl, sockets, cacheMiddleware: false }),
  'sdk, cacheMiddleware': () => sdkPush({ callbackUrl, sockets, cacheMiddleware: true }),
  'hand-signed': () => handSigned({ callbackUrl, sockets }),
};
const push = pushes[client]();

async function burst(posts: number): Promise<Burst> {
  const ids = Array.from({ length: posts }, (_, index) => `Abc${String(index).padStart(10, '0')}=`);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  await inParallel(ids, sockets, (id) => push(id as never, TEXT));
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - begun, cpuMs: (user + system) / 1000 };
}

process.on(
  'message',
  ({ posts }: { readonly posts: number }) => void burst(posts).then((result) => process.send?.(result)),
);
process.on('disconnect', () => process.exit());
process.send?.('loaded');
