import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Messenger, type Saved } from '../../client/core/messenger';
import type { Entry, Outgoing, Reply } from '../../client/core/wire';

const CONVERSATION = 'dm:a:b';
const PAGE = 3;
const BEHIND_MAX = 1;

/** The log of one conversation, and what the server would answer (DESIGN.md §5): honest, but its replies may be lost. */
class Server {
  readonly log: Entry[] = [];
  #acked = 0;

  append(from: string, id: string, text: string): Entry {
    const entry = { conversation: CONVERSATION, seq: this.log.length + 1, from, id, text, sentAt: 1 };
    this.log.push(entry);
    return entry;
  }

  answer(command: Outgoing): Reply | undefined {
    switch (command.action) {
      case 'ack':
        this.#acked = Math.max(this.#acked, command.received);
        return undefined;
      case 'history': {
        const after = this.log.slice(command.after);
        return { type: 'reply', ref: command.ref, messages: after.slice(0, PAGE), more: after.length > PAGE };
      }
      case 'chat': {
        const news = this.log.slice(command.after);
        const stored = news.find(({ from, id }) => from === 'a' && id === command.id);
        if (!stored && news.length > BEHIND_MAX) return { type: 'error', ref: command.ref, code: 'behind' };
        const { seq, sentAt } = stored ?? this.append('a', command.id, command.text);
        return { type: 'reply', ref: command.ref, conversation: CONVERSATION, seq, sentAt };
      }
    }
  }

  login() {
    const conversations = [{ conversation: CONVERSATION, lastSeq: this.log.length, ackSeq: this.#acked }];
    return { user: 'a', conversations, messages: this.log.slice(this.#acked, this.#acked + PAGE) };
  }
}

/** One device, whose process may end at any time, and a network that delivers, delays, reorders and loses. */
class Device {
  readonly shown: Entry[] = [];
  readonly stored: string[] = [];
  readonly #server: Server;
  #saved: Saved = { drafts: [], cursors: {} };
  #messenger = this.#start();
  #sent: { readonly command: Outgoing; readonly socket: number }[] = [];
  #socket = 0;
  #replies: Reply[] = [];
  #now = 0;
  #serial = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  #start(): Messenger {
    return new Messenger(
      {
        send: (command) => this.#sent.push({ command, socket: this.#socket }),
        show: (entry) => this.shown.push(entry),
        stored: ({ id }) => this.stored.push(id),
        refused: (_draft, code) => expect(code).toBe('never'),
        save: (saved) => {
          this.#saved = saved;
        },
      },
      this.#saved,
    );
  }

  write(): string {
    this.#serial += 1;
    const id = `d${this.#serial}`;
    this.#messenger.write({ conversation: CONVERSATION, target: { to: 'b' }, text: id, id });
    return id;
  }

  /** One of the commands on their way arrives; its reply is on its way, or lost. */
  arrive(pick: number, isLost: boolean): void {
    const [sent] = this.#sent.splice(pick % Math.max(1, this.#sent.length), 1);
    const reply = sent && this.#server.answer(sent.command);
    if (reply && !isLost && sent.socket === this.#socket) this.#replies.push(reply);
  }

  reply(pick: number): void {
    const [reply] = this.#replies.splice(pick % Math.max(1, this.#replies.length), 1);
    if (reply) this.#messenger.replied(reply);
  }

  push(pick: number): void {
    // Mostly what comes next, or soon; sometimes what came before.
    const entry = this.#server.log[Math.max(0, this.shown.length + (pick % 5) - 1)];
    if (entry) this.#messenger.pushed(entry);
  }

  /** The socket closes; what was on its way to the server may still arrive, what was on its way back does not. */
  reconnect(): void {
    this.#messenger.disconnected();
    this.#replies = [];
    this.#socket += 1;
    this.#messenger.loggedIn(this.#server.login());
  }

  /**
   * The process ends between any two events, and another one goes on with what was saved. What is pushed once the server has
   * bound the new socket may overtake the login's reply.
   */
  restart(early = 0): void {
    this.#messenger = this.#start();
    for (let seq = 1; seq <= early; seq += 1) this.push(seq);
    this.reconnect();
  }

  tick(ms: number): void {
    this.#now += ms;
    this.#messenger.tick(this.#now);
  }

  /** From now on nothing is lost. Without a new connection, it is time alone that brings lost things back. */
  settle({ reconnects }: { readonly reconnects: boolean }): void {
    if (reconnects) this.reconnect();
    for (let turn = 0; turn < 300; turn += 1) {
      if (this.#sent.length + this.#replies.length === 0) this.tick(20_000);
      this.arrive(0, false);
      this.reply(0);
      if (!reconnects) this.push(1);
    }
  }
}

const pick = fc.nat({ max: 50 });

const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const) }),
  fc.record({ kind: fc.constant('other' as const) }),
  fc.record({ kind: fc.constant('arrive' as const), pick, isLost: fc.boolean() }),
  fc.record({ kind: fc.constant('reply' as const), pick }),
  fc.record({ kind: fc.constant('push' as const), pick }),
  fc.record({ kind: fc.constant('reconnect' as const) }),
  fc.record({ kind: fc.constant('restart' as const), early: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('tick' as const), ms: fc.constantFrom(10, 1_000, 20_000) }),
);

describe('a messenger, whatever the network and its own process do', () => {
  it('shows the log, in order, each entry once; and stores what was written once, in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, reconnects) => {
        const server = new Server();
        const device = new Device(server);
        const written: string[] = [];
        device.reconnect();
        let others = 0;
        for (const one of steps) {
          if (one.kind === 'write') written.push(device.write());
          else if (one.kind === 'other') server.append('b', `o${++others}`, 'hello');
          else if (one.kind === 'arrive') device.arrive(one.pick, one.isLost);
          else if (one.kind === 'reply') device.reply(one.pick);
          else if (one.kind === 'push') device.push(one.pick);
          else if (one.kind === 'tick') device.tick(one.ms);
          else if (one.kind === 'restart') device.restart(one.early);
          else device.reconnect();
          expect(device.shown).toEqual(server.log.slice(0, device.shown.length));
        }
        // More than a login brings.
        if (reconnects) for (let more = 0; more <= PAGE; more += 1) server.append('b', `late ${more}`, 'hello');
        device.settle({ reconnects });

        expect(device.shown).toEqual(server.log);
        expect(server.log.filter(({ from }) => from === 'a').map(({ text }) => text)).toEqual(written);
        expect(device.stored).toEqual(written);
      }),
      { numRuns: 2_000 },
    );
  });
});
