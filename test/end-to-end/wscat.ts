import { join } from 'node:path';
import { Child, eventually, ROOT } from './children';

export type Frame = Readonly<Record<string, unknown>>;

/**
 * wscat itself, with its stdin piped. It drops what is typed before the socket is open, and says nothing of its opening
 * when it is not at a terminal: so it is asked to ping (`/ping`, by --slash) until it shows a pong (-P).
 */
export class Wscat {
  readonly child: Child;
  #read = 0;

  private constructor(url: string) {
    const program = join(ROOT, 'node_modules/wscat/bin/wscat');
    this.child = new Child(process.execPath, [program, '--connect', url, '--slash', '--show-ping-pong']);
  }

  static async open(url: string): Promise<Wscat> {
    const wscat = new Wscat(url);
    await eventually(`connection to ${url}`, () => {
      wscat.child.write('/ping');
      return wscat.child.stdout.includes('Received pong') || undefined;
    });
    return wscat;
  }

  /** Sends a command and waits for the reply to it. */
  ask(command: Frame): Promise<Frame> {
    this.child.write(JSON.stringify(command));
    return this.next(({ type, action }) => (type === 'reply' || type === 'error') && action === command.action);
  }

  /** The next frame that matches, of those not yet looked at. */
  next(matches: (frame: Frame) => boolean): Promise<Frame> {
    return eventually('matching frame', () => {
      const frames = this.#frames();
      for (let at = this.#read; at < frames.length; at += 1) {
        const frame = frames[at];
        if (frame === undefined || !matches(frame)) continue;
        this.#read = at + 1;
        return frame;
      }
      return undefined;
    });
  }

  /** wscat's prompt (`> `) may stand before what it prints. */
  #frames(): readonly Frame[] {
    const lines = this.child.stdout.split('\n').slice(0, -1);
    const texts = lines.map((line) => line.replace(/^(> )+/, '')).filter((line) => line.startsWith('{'));
    return texts.map((text) => JSON.parse(text) as Frame);
  }
}
