import { afterAll, beforeAll } from '@jest/globals';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import type { PageConfig } from '../../web/src/config';
import { ServedApp } from '../end-to-end/served-app';
import { Person } from './person';

interface SittingDown {
  readonly where?: BrowserContext;
  /** What `config.json` tells them beside what it tells everybody. */
  readonly config?: Partial<PageConfig>;
}

/** A browser, whom it belongs to, and the page as `npm start` serves it. */
export class Stage {
  readonly #executablePath: string;
  #app: ServedApp | undefined;
  #browser: Browser | undefined;
  readonly people: Person[] = [];

  constructor(executablePath: string) {
    this.#executablePath = executablePath;
    beforeAll(() => this.#begin(), 120_000);
    afterAll(() => this.#end(), 60_000);
  }

  get app(): ServedApp {
    if (this.#app === undefined) throw new Error('The app is only there while tests run.');
    return this.#app;
  }

  /** A browser of somebody's own. By its name (letters, digits, hyphens) the gateway knows its connections. */
  async browserOf(userAgent: string): Promise<BrowserContext> {
    if (this.#browser === undefined) throw new Error('The browser is only there while tests run.');
    return this.#browser.newContext({ locale: 'en-GB', userAgent });
  }

  /**
   * Somebody opens a tab: in a browser of their own, unless another one is named. Of several tabs in one browser only one is in front,
   * and the others draw nothing.
   */
  async sitDown(name: string, { where, config = {} }: SittingDown = {}): Promise<Person> {
    const person = await Person.at(where ?? (await this.browserOf('somebodys-browser')), name);
    this.people.push(person);
    if (Object.keys(config).length > 0) {
      await person.page.route('**/config.json', async (route) => {
        const served = await route.fetch();
        await route.fulfill({ json: { ...(await served.json()), ...config } });
      });
    }
    await person.page.goto(this.app.pageUrl);
    return person;
  }

  /** Two who have just signed up become friends, and see each other online. */
  async befriend(one: Person, other: Person): Promise<void> {
    await one.askToBeFriends(other.name);
    await other.accept(one.name);
    await one.friend(other.name, 'Online').waitFor();
    await other.friend(one.name, 'Online').waitFor();
  }

  async #begin(): Promise<void> {
    [this.#app, this.#browser] = await Promise.all([
      ServedApp.start(['-c', 'sweepPeriod=5', '-c', 'presenceWindow=0']),
      // Chromium's sandbox needs what containers rarely grant; it runs our own page only.
      chromium.launch({ executablePath: this.#executablePath, args: ['--no-sandbox'] }),
    ]);
  }

  async #end(): Promise<void> {
    await this.#browser?.close();
    await this.#app?.stop();
  }
}
