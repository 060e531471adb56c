import { type Device, PASSWORD } from './device';
import type { Gateway } from './gateway';
import { type Act, type DevicePlan, userName } from './plan';
import type { Scheduler } from './scheduler';
import type { TalkAct } from './talk/acts';

interface PersonWorld {
  readonly scheduler: Scheduler;
  readonly gateway: Gateway;
  readonly users: number;
}

type Simple = Exclude<Act['do'], 'flap' | 'sleep' | 'talk'>;

/** Before API Gateway ends the connection after two hours. */
const ROLLOVER_AFTER_MS = 110 * 60_000;
/** By then the second connection is logged in. */
const ROLLOVER_MS = 15_000;

/** Does to a device what its plan says, at its time. */
export class Person {
  readonly #device: Device;
  readonly #world: PersonWorld;
  readonly #other: string;
  #isDone = false;

  constructor(plan: DevicePlan, device: Device, world: PersonWorld) {
    this.#device = device;
    this.#world = world;
    this.#other = userName((plan.user + 1) % Math.max(2, world.users));
    for (const act of plan.acts) world.scheduler.at(act.at, () => this.#do(act));
  }

  /** Leaves the device alone from now on. */
  finish(): void {
    this.#isDone = true;
  }

  /** Comes back to the device, to see what has become of everything. */
  comeBack(): void {
    if (this.#device.socket?.state === 'open' && !this.#device.isLoggedIn) this.#device.login();
    this.#device.want();
  }

  #do(act: Act): void {
    if (act.do === 'flap') this.#flap(act.times, act.everyMs);
    else if (act.do === 'sleep') this.#device.sleep(act.ms);
    else if (act.do === 'talk') this.#talk(act.what);
    else this.#acts[act.do]();
  }

  readonly #acts: Readonly<Record<Simple, () => void>> = {
    on: () => this.#device.want(),
    off: () => this.#device.off(),
    vanish: () => {
      this.#device.wants = false;
      this.#device.vanish();
    },
    roam: () => {
      this.#device.vanish();
      this.#device.want();
    },
    rollover: () => this.#world.scheduler.after(ROLLOVER_AFTER_MS, () => this.#rollOver()),
    abort: () => {
      // The `$disconnect` may come before the `$connect` has returned.
      this.#device.off();
      this.#device.want();
      this.#device.off();
    },
    blurt: () => {
      this.#device.login();
      this.#device.off();
    },
    login: () => {
      if (this.#device.socket?.state === 'open') this.#device.login();
      this.#device.want();
    },
    logout: () => this.#logout({ action: 'logout' }),
    everywhere: () => this.#logout({ action: 'logout', everywhere: true }),
    intrude: () =>
      this.#device.send({ action: 'login', user: this.#other, password: PASSWORD, ...this.#device.promise }),
    chat: () => this.#device.send({ action: 'chat', to: this.#other, text: 'hello' }),
    revoke: () => this.#revoke(),
    friend: () => this.#device.send({ action: 'addFriend', user: this.#other }),
    unfriend: () => this.#device.send({ action: 'removeFriend', user: this.#other }),
    ask: () => this.#device.send({ action: 'presence', users: [this.#other, this.#device.user] }),
  };

  #talk(act: TalkAct): void {
    if (this.#device.isAsleep) return;
    if (act.talk === 'restart' || act.talk === 'wipe') this.#restart(act.talk === 'wipe' ? 'nothing' : 'all');
    else this.#device.talker?.do(act);
  }

  /** The process ends, and another one goes on with what was saved, or with nothing. */
  #restart(keeps: 'all' | 'nothing'): void {
    const { wants } = this.#device;
    this.#device.off();
    this.#device.talker?.restart(keeps);
    if (wants) this.#device.want();
  }

  #logout(command: Readonly<Record<string, unknown>>): void {
    this.#device.wants = false;
    this.#device.send(command);
  }

  #flap(times: number, everyMs: number): void {
    if (times === 0 || this.#isDone) return;
    this.#device.off();
    this.#device.want();
    this.#world.scheduler.after(everyMs, () => this.#flap(times - 1, everyMs));
  }

  #revoke(): void {
    const { user } = this.#device;
    const sockets = [...this.#world.gateway.sockets.values()];
    const victim = sockets.findLast(({ peer }) => peer !== this.#device && peer.name.startsWith(user));
    this.#device.send({ action: 'devices', ...(victim ? { revoke: victim.connectionId } : {}) });
  }

  #rollOver(): void {
    const old = this.#device.moveOver();
    this.#world.scheduler.after(ROLLOVER_MS, () => {
      if (old) this.#world.gateway.close(old);
    });
  }
}
