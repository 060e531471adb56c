import { randomBytes } from 'node:crypto';
import { RawDevice } from './raw-device';
import { SdkDevice } from './sdk-device';

/** Every account of every run begins with it: whoever meets one knows where it comes from. */
export const NAME_PREFIX = 'smoke';

/** Names are 32 letters and digits at most. Nobody meets a name of another run. */
const NAME_BYTES = 8;

const PASSWORD_BYTES = 12;

/** Cleaning up must not hold up the report: what does not answer is left. */
const LEAVE_MS_MAX = 10_000;

export interface Account {
  readonly user: string;
  password: string;
  /** The newest of its tokens, once there is one: a login with it hashes no password, which is most of a login's work. */
  token?: string;
}

export interface Person {
  readonly account: Account;
  readonly device: SdkDevice;
  readonly user: string;
}

type Two = readonly [Person, Person];
type Three = readonly [Person, Person, Person];

interface Place {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly patienceMs: number;
}

/** The accounts of one run, and all that is open for them. */
export class People {
  readonly #place: Place;
  readonly #accounts: Account[] = [];
  readonly #raw: RawDevice[] = [];
  readonly #sdk: SdkDevice[] = [];
  #stranger: Promise<Person> | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The accounts that were asked for, whether or not the server took them. */
  get names(): readonly string[] {
    return this.#accounts.map(({ user }) => user);
  }

  newAccount(): Account {
    const account = {
      user: `${NAME_PREFIX}${randomBytes(NAME_BYTES).toString('hex')}`,
      password: randomBytes(PASSWORD_BYTES).toString('base64url'),
    };
    this.#accounts.push(account);
    return account;
  }

  /** A connection on which nobody has logged in. */
  async raw(): Promise<RawDevice> {
    const device = await RawDevice.open(this.#place);
    this.#raw.push(device);
    return device;
  }

  /** Another device of somebody who has an account, without the SDK. */
  async rawOf(account: Account, fields: { readonly heartbeat?: number } = {}): Promise<RawDevice> {
    const device = await this.raw();
    await device.ask({ action: 'login', ...proofOf(account), ...fields });
    return device;
  }

  /** Another device of somebody who has an account. */
  async sdkOf(account: Account): Promise<SdkDevice> {
    const device = this.#sdkFor(account);
    await device.chat.login(proofOf(account), device.waits);
    return device;
  }

  /** Somebody new, logged in on a first device. */
  async newcomer(): Promise<Person> {
    const account = this.newAccount();
    const device = this.#sdkFor(account);
    await device.chat.register(account, device.waits);
    return { account, device, user: account.user };
  }

  /** Somebody who has to do with nobody, the same for all. */
  stranger(): Promise<Person> {
    this.#stranger ??= this.newcomer();
    return this.#stranger;
  }

  /** One after the other: whoever all come at once meet a cold start each. */
  async newcomers<Count extends 2 | 3>(count: Count): Promise<Count extends 2 ? Two : Three>;
  async newcomers(count: number): Promise<readonly Person[]>;
  async newcomers(count: number): Promise<readonly Person[]> {
    const people: Person[] = [];
    for (let made = 0; made < count; made += 1) people.push(await this.newcomer());
    return people;
  }

  /** As far as the protocol allows: nobody stays logged in, and no token stays good. The accounts stay. */
  async leave(): Promise<void> {
    for (const { chat } of this.#sdk) await chat.close();
    for (const device of this.#raw) device.close();
    await Promise.all(this.#accounts.map((account) => this.#logOut(account).catch(() => undefined)));
    for (const device of this.#raw) device.destroy();
  }

  #sdkFor(account: Account): SdkDevice {
    const device = new SdkDevice(this.#place, (token) => {
      account.token = token;
    });
    this.#sdk.push(device);
    return device;
  }

  async #logOut(account: Account): Promise<void> {
    const device = await RawDevice.open({ ...this.#place, patienceMs: LEAVE_MS_MAX });
    try {
      await device.ask({ action: 'login', ...proofOf(account) });
      await device.ask({ action: 'logout', everywhere: true });
    } finally {
      device.destroy();
    }
  }
}

export function proofOf({ user, password, token }: Account) {
  return token === undefined ? { user, password } : { token };
}
