import { describe, expect, it } from '@jest/globals';
import type { BrowserContext, WebSocketRoute } from 'playwright-core';
import type { Person } from './person';
import type { Stage } from './stage';

/** The main job, from signing up to what is sent in a tunnel. Each fact begins where the one before has ended. */
export function chatStory(stage: Stage): void {
  describe('two people', () => {
    let annsBrowser: BrowserContext;
    let bobsBrowser: BrowserContext;
    let ann: Person;
    let bob: Person;

    it('sign up, ask, accept, and see each other online', async () => {
      [annsBrowser, bobsBrowser] = await Promise.all([
        stage.browserOf('anns-browser'),
        stage.browserOf('bobs-browser'),
      ]);
      [ann, bob] = await Promise.all([
        stage.sitDown('ann', { where: annsBrowser }),
        stage.sitDown('李四', { where: bobsBrowser }),
      ]);
      await Promise.all([ann.signUp(), bob.signUp()]);
      await stage.befriend(ann, bob);
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
      const link = ann.page.getByRole('link', { name: 'https://example.test/x' });
      expect(await link.getAttribute('rel')).toContain('noopener');
    });

    it('are told of messages by a screen reader as well', async () => {
      const region = ann.page.locator('[aria-live=polite][role=status]');

      expect(await region.textContent()).toBe('李四: Hi');
    });

    it('miss nothing and get nothing twice: a tab is killed, is shown offline, and logs in again', async () => {
      const { page } = bob;
      await ann.showFriends();
      // A crash says goodbye to nobody. The navigation never ends.
      page.goto('chrome://crash').catch(() => undefined);
      await page.waitForEvent('crash');
      await ann.friend('李四', /Last seen just now/).waitFor();
      await page.close();
      await ann.say('while you were away');
      await ann.bubble('while you were away', /Sent/).waitFor();

      bob = await stage.sitDown('李四', { where: bobsBrowser });
      await bob.logIn();
      await bob.listed('ann', 'while you were away').click();
      await bob.bubble('你好').waitFor();

      expect(await bob.said()).toEqual(await ann.said());
      expect((await bob.said()).filter((text) => text === 'while you were away')).toHaveLength(1);
    });

    it('see what waits in a tunnel, and it is sent once, in order, when the network is back', async () => {
      await annsBrowser.setOffline(true);
      await stage.app.disturb('anns-browser', 'cut');
      await ann.page.locator('.banner').getByText('Your device is offline').waitFor();
      await ann.say('from the tunnel');
      await ann.say('still there');
      await ann.bubble('from the tunnel', 'Waiting to be sent').waitFor();
      await ann.page.locator('.banner').getByText('2 waiting to be sent').waitFor();

      await annsBrowser.setOffline(false);
      await ann.bubble('still there', /Delivered|Read/).waitFor();
      await bob.bubble('still there').waitFor();

      expect((await bob.said()).slice(-2)).toEqual(['from the tunnel', 'still there']);
      expect(await bob.said()).toEqual(await ann.said());
    });

    it('find what waits after a reload, and it is sent once', async () => {
      let isOut = false;
      const sockets: WebSocketRoute[] = [];
      await ann.page.routeWebSocket(stage.app.url, (socket) => {
        if (isOut) return void socket.close();
        sockets.push(socket);
        socket.connectToServer();
      });
      // Only the sockets of a page that is loaded afterwards take this way.
      await ann.page.reload();
      await ann.connected();
      isOut = true;
      for (const socket of sockets) await socket.close();
      await ann.page.locator('.banner').waitFor();
      await ann.say('before the reload');
      await ann.bubble('before the reload', 'Waiting to be sent').waitFor();
      await ann.page.reload();
      await ann.bubble('before the reload', 'Waiting to be sent').waitFor();

      isOut = false;
      await ann.page.getByRole('button', { name: 'Try now' }).click();
      await ann.bubble('before the reload', /Delivered|Read/).waitFor();
      await bob.bubble('before the reload').waitFor();

      expect((await bob.said()).filter((text) => text === 'before the reload')).toHaveLength(1);
    });

    it('stay who they are when all tabs of one browser are reloaded together', async () => {
      const carl = await stage.sitDown('carl', { where: bobsBrowser });
      await carl.signUp();

      await Promise.all([bob.page.reload(), carl.page.reload()]);

      await Promise.all([bob.connected(), carl.connected()]);
      await carl.page.close();
    });

    it('roll over to a new connection, and nobody sees them go', async () => {
      const frames: string[] = [];
      const socketsOfDora: string[] = [];
      const dora = await stage.sitDown('dora', { config: { rolloverAfter: 4 } });
      dora.page.on('websocket', (socket) => socketsOfDora.push(socket.url()));
      const emil = await stage.sitDown('emil');
      emil.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
      await Promise.all([dora.signUp(), emil.signUp()]);
      await stage.befriend(dora, emil);
      const before = socketsOfDora.length;

      await dora.page.waitForEvent('websocket');
      await emil.openFriend('dora');
      await emil.say('still here?');
      await dora.showChats();
      await dora.listed('emil', 'still here?').waitFor();

      expect(socketsOfDora.length).toBeGreaterThan(before);
      expect(frames.filter((frame) => /"type":"presence".*"state":"offline"/.test(frame))).toEqual([]);
      await Promise.all([dora.page.close(), emil.page.close()]);
    });
  });
}
