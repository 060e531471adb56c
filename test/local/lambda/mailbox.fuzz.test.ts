import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Line, newLine, Receiver, Sender } from '../../../local/lambda/mailbox';
import { RECORD_BYTES_MAX } from '../../../local/lambda/shared-queue';

const lines: { writer: Line; reader: Line }[] = [];

function ends() {
  const line = newLine();
  lines.push(line);
  return { sender: new Sender(line.writer), receiver: new Receiver<{ n: number }>(line.reader) };
}

afterAll(() => {
  for (const { writer } of lines) writer.port.close();
});

/** Texts of every length that matters: none, short, around the bound between ring and port, and of any script. */
const body = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer({ min: -20, max: 20 }).map((more) => 'x'.repeat(RECORD_BYTES_MAX + more)),
  fc.integer({ min: 0, max: 6_000 }).map((length) => '好'.repeat(length)),
);

describe('a line', () => {
  it('delivers what was sent, whole and in order, however writing and reading alternate', () => {
    const { sender, receiver } = ends();
    let sent = 0;
    let taken = 0;
    const bodies: string[] = [];
    const take = () => {
      const message = receiver.take();
      if (message === undefined) return expect(taken).toBe(sent);
      expect(message.head).toEqual({ n: taken });
      expect(message.body).toBe(bodies[taken]);
      taken += 1;
    };

    fc.assert(
      fc.property(fc.array(fc.option(body), { maxLength: 40 }), (steps) => {
        for (const step of steps) {
          // Never more than a few under way: nobody else would make room here.
          if (step === null || sent - taken >= 30) take();
          else {
            // UTF-8 has no half surrogate pairs, and JSON, which travels here, escapes them.
            bodies.push(step.toWellFormed());
            sender.send({ n: sent }, bodies[sent]);
            sent += 1;
          }
        }
      }),
      { numRuns: 500 },
    );
    while (taken < sent) take();

    expect(sent).toBeGreaterThan(1_000);
  });

  it('tells a sender once that the receiver sleeps, and not while it looks', () => {
    const { sender, receiver } = ends();
    const seen: number[] = [];
    const drain = () => receiver.drain(({ n }) => seen.push(n));

    sender.send({ n: 0 });
    const beforeAnySleep = sender.wake();
    drain();
    sender.send({ n: 1 });
    const asleep = sender.wake();
    sender.send({ n: 2 });
    const awake = sender.wake();
    drain();

    expect([beforeAnySleep, asleep, awake]).toEqual([false, true, false]);
    expect(seen).toEqual([0, 1, 2]);
  });
});
