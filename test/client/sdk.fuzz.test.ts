import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Chat, type ClientStorage, type Kept, type Message, memoryStorage } from '../../client';
import { PASSWORD, world } from './devices';

const RUNS = Number(process.env.SDK_RUNS ?? 300);
const CONVERSATION = 'dm:ann:bob';

/** Keeps what was written before the process ended; of a write that is under way then, nothing. */
class MortalStorage implements ClientStorage {
  readonly #disk: ClientStorage;
  readonly #write: (then: () => void) => void;
  isDead = false;

  constructor(write: (then: () => void) => void, disk = memoryStorage()) {
    this.#write = write;
    this.#disk = disk;
  }

  load(): Promise<Kept | undefined> {
    return this.#disk.load();
  }

  async save(kept: Kept): Promise<void> {
    await new Promise<void>((written) => this.#write(written));
    // A call that never comes back: its process is gone.
    if (this.isDead) await new Promise(() => undefined);
    await this.#disk.save(kept);
  }

  /** As the next process finds it. */
  revived(): MortalStorage {
    return new MortalStorage(this.#write, this.#disk);
  }
}

const moment = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('other' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 3, 40, 900, 20_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reload' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), code: fc.constantFrom(1001, 1006) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), isRefusing: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake' as const) }) },
);

describe('a device, whatever the network, its storage and its process do', () => {
  it(
    'shows each message once, in order, to each page; and what it has kept is stored once, in order',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(moment, { maxLength: 60 }),
          fc.infiniteStream(fc.nat({ max: 999 })),
          async (moments, chances) => {
            const draw = () => (chances.next().value ?? 0) / 1_000;
            const { time, hosted, account, device, person, wake } = world({ random: draw });
            await account('ann');
            await account('bob');
            const bob = await person('bob');
            hosted.wire.latency = () => Math.floor(draw() * 300);
            const fates = [undefined, undefined, undefined, undefined, undefined, 'lost', 'mute'] as const;
            hosted.wire.fate = ({ action }) =>
              action === 'ping' ? undefined : fates[Math.floor(draw() * fates.length)];
            // Mostly quick, and now and then so slow that a connection comes and goes meanwhile.
            let storage = new MortalStorage((then) => time.after(Math.floor(draw() ** 6 * 3_000), then));
            let pages: Message[][] = [];
            const kept: string[] = [];
            const start = (): Chat => {
              const page: Message[] = [];
              pages = [...pages, page];
              const chat = device('ann', { storage, login: { user: 'ann', password: PASSWORD }, rolloverAfter: 90 });
              chat.on('message', (message) => page.push(message));
              chat.on('draft', ({ change, draft }) => {
                // Sent means that it was kept before.
                if (change === 'sending' && !kept.includes(draft.text)) kept.push(draft.text);
              });
              return chat;
            };
            let chat = start();
            let serial = 0;

            for (const one of moments) {
              if (one.kind === 'write') chat.send({ to: 'bob' }, `ann ${++serial}`);
              else if (one.kind === 'other') await bob({ action: 'chat', to: 'ann', text: `bob ${++serial}` });
              else if (one.kind === 'pass') await time.pass(one.ms);
              else if (one.kind === 'break') hosted.socketsOpen('ann').at(-1)?.closeByServer(one.code);
              else if (one.kind === 'refuse') hosted.wire.refusesWith = one.isRefusing ? 1006 : undefined;
              else if (one.kind === 'wake') wake();
              else if (one.kind === 'freeze') for (const socket of hosted.socketsOpen('ann')) socket.isFrozen = true;
              else {
                // The process ends: nothing of it is written or sent any more, and nobody is told.
                storage.isDead = true;
                for (const socket of hosted.socketsOpen('ann')) socket.isFrozen = true;
                void chat.close();
                storage = storage.revived();
                chat = start();
              }
            }
            hosted.wire.refusesWith = undefined;
            hosted.wire.fate = () => undefined;
            wake();
            await time.pass(5 * 60_000);

            const log = hosted.logOf(CONVERSATION);
            const mine = log.filter(({ from }) => from === 'ann').map(({ text }) => String(text));
            expect(chat.state).toBe('connected');
            expect(chat.drafts).toEqual([]);
            expect(mine).toEqual([...new Set(mine)]);
            expect(mine.filter((text) => kept.includes(text))).toEqual(kept);
            for (const page of pages) {
              const seqs = page.map(({ seq }) => seq);
              expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
            }
            // Whatever a page has shown without its cursor being kept is shown again: none is left out between two pages.
            const shown = new Set(pages.flat().map(({ seq }) => seq));
            expect(log.map(({ seq }) => Number(seq)).filter((seq) => !shown.has(seq))).toEqual([]);
            expect(hosted.bugs).toEqual([]);
            // Its last write takes time, which has to pass.
            const closed = chat.close();
            await time.pass(10_000);
            await closed;
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    30_000 + 100 * RUNS,
  );
});
