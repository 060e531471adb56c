import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { ServedApp } from '../end-to-end/served-app';
import { describeInBrowser } from './browser';
import { Person } from './person';

describeInBrowser('the page', (executablePath) => {
  let app: ServedApp;
  let browser: Browser;
  let context: BrowserContext;
  const people: Person[] = [];

  beforeAll(async () => {
    [app, browser] = await Promise.all([
      ServedApp.start(['-c', 'sweepPeriod=5', '-c', 'presenceWindow=0']),
      // Chromium's sandbox needs what containers rarely grant; it runs our own page only.
      chromium.launch({ executablePath, args: ['--no-sandbox'] }),
    ]);
    context = await browser.newContext({ locale: 'en-GB' });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  }, 60_000);

  /** Another tab of one browser: with a login of its own. */
  async function sitDown(name: string, where = context): Promise<Person> {
    const person = await Person.at(where, app.pageUrl, name);
    people.push(person);
    return person;
  }

  async function befriended(one: string, other: string): Promise<[Person, Person]> {
    const [first, second] = await Promise.all([sitDown(one), sitDown(other)]);
    await first.signUp();
    await second.signUp();
    await first.askToBeFriends(other);
    await second.accept(one);
    await first.friend(other, 'Online').waitFor();
    await second.friend(one, 'Online').waitFor();
    return [first, second];
  }

  it('runs under its policy, which forbids what is not its own', async () => {
    const eve = await sitDown('eve');

    const refused = await eve.page.evaluate(async () => {
      const foreign = await fetch('http://localhost:1/').catch(() => 'refused');
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      return [foreign, document.title];
    });

    expect(refused).toEqual(['refused', 'Rollcall']);
    eve.faults.length = 0;
    await eve.page.close();
  });

  describe('two people in two tabs of one browser', () => {
    let ann: Person;
    let bob: Person;

    it('sign up, ask, accept, and see each other online', async () => {
      [ann, bob] = await befriended('ann', '李四');
    }, 60_000);

    it('chat, see each other type, and see how far a message has got', async () => {
      await ann.openFriend('李四');
      await ann.say('你好！ https://example.test/x');
      await bob.showChats();
      await bob.listed('ann', '1 unread').waitFor();
      await ann.bubble('你好', 'Delivered').waitFor();
      await bob.listed('ann').click();
      await bob.bubble('你好').waitFor();
      await ann.bubble('你好', 'Read').waitFor();
      await bob.page.getByRole('textbox', { name: 'Message to ann' }).pressSequentially('Hi');
      await ann.page.locator('main').getByText('李四 is typing…').waitFor();
      await bob.page.keyboard.press('Enter');
      await ann.bubble('Hi').waitFor();

      expect(await bob.said()).toEqual(await ann.said());
      expect(await ann.page.getByRole('link', { name: 'https://example.test/x' }).getAttribute('rel')).toContain('noopener');
    });

    it('tells a screen reader who wrote what, and says it once', async () => {
      const region = ann.page.locator('[aria-live=polite][role=status]');

      expect(await region.textContent()).toBe('李四: Hi');
    });

    it('goes offline in the other one’s tab when a tab is killed, and comes back with what was missed, once', async () => {
      const { page } = bob;
      await ann.showFriends();
      // A crash says goodbye to nobody. The navigation never ends.
      page.goto('chrome://crash').catch(() => undefined);
      await page.waitForEvent('crash');
      await ann.friend('李四', /Last seen just now/).waitFor();
      await page.close();
      await ann.say('while you were away');
      await ann.bubble('while you were away', /Sent/).waitFor();

      bob = await sitDown('李四');
      await bob.logIn();
      await bob.listed('ann', 'while you were away').waitFor();
      await bob.listed('ann').click();
      await bob.bubble('while you were away').waitFor();
      await bob.bubble('你好').waitFor();

      expect((await bob.said()).filter((text) => text === 'while you were away')).toHaveLength(1);
      expect(await bob.said()).toEqual(await ann.said());
    });

    it('keeps what is sent offline, in sight, and sends it once after a return of the network', async () => {
      // Only this tab's network: its own session of the DevTools cuts it.
      const devTools = await context.newCDPSession(ann.page);
      const network = (offline: boolean) =>
        devTools.send('Network.emulateNetworkConditions', {
          ...{ offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
        });
      await devTools.send('Network.enable');
      await network(true);
      const own = await ann.page.evaluate(() => navigator.onLine);
      expect(own).toBe(false);
      await app.cutAll();
      await ann.page.locator('.banner').waitFor();
      await ann.say('from the tunnel');
      await ann.say('still there');
      await ann.bubble('from the tunnel', 'Waiting to be sent').waitFor();
      await ann.page.locator('.banner').getByText('2 waiting to be sent').waitFor();

      await network(false);
      await ann.bubble('still there', /Sent|Delivered|Read/).waitFor();
      await bob.bubble('still there').waitFor();
      expect((await bob.said()).slice(-2)).toEqual(['from the tunnel', 'still there']);
      expect(await bob.said()).toEqual(await ann.said());
    });
  });

  it('had no error, and nothing that its policy forbids', () => {
    expect(people.length).toBeGreaterThan(2);
    expect(people.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
