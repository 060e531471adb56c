import { describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { eventually } from '../end-to-end/children';
import type { Person } from './person';
import type { Stage } from './stage';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

/** Every screen, in both themes, without anything that axe objects to; and the page by the keyboard alone. */
export function accessibilityStory(stage: Stage): void {
  describe('everybody can use', () => {
    let joy: Person;
    let kim: Person;

    it('the forms to log in and to sign up', async () => {
      [joy, kim] = await Promise.all([
        stage.sitDown('joy', { where: await stage.browserOf('joys-browser') }),
        stage.sitDown('kim'),
      ]);
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.getByRole('button', { name: 'Sign up' }).click();
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.reload();
    });

    it('the lists and a conversation, on a desktop and on a phone', async () => {
      await Promise.all([joy.signUp(), kim.signUp()]);
      await stage.befriend(joy, kim);
      expect(await objections(joy.page)).toEqual([]);
      await joy.openFriend('kim');
      await joy.say('hello');
      await kim.showChats();
      await kim.listed('joy').click();
      await kim.say('https://example.test/');
      await joy.bubble('https').waitFor();
      await joy.showChats();
      for (const size of [DESKTOP, PHONE]) {
        await joy.page.setViewportSize(size);
        expect(await objections(joy.page)).toEqual([]);
      }
      await joy.page.getByRole('button', { name: 'Back to the list' }).click();
      await joy.listed('kim').waitFor();
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.setViewportSize(DESKTOP);
    });

    it.each(['New conversation', 'Settings', 'Developer'])('%s', async (name) => {
      await joy.page.getByRole('button', { name }).click();
      await joy.page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
      expect(await objections(joy.page)).toEqual([]);
      if (name === 'Developer') await joy.page.getByRole('button', { name }).click();
      else await joy.page.keyboard.press('Escape');
    });

    it('what there is to know of a friend', async () => {
      await joy.listed('kim').click();
      await joy.page.getByRole('button', { name: 'Details' }).click();
      await joy.page.getByRole('dialog').getByRole('button', { name: 'Block' }).waitFor();
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.keyboard.press('Escape');
    });

    it('a conversation without a connection, and what waits in it', async () => {
      await joy.page.context().setOffline(true);
      await stage.app.disturb('joys-browser', 'cut');
      await joy.page.locator('.banner').waitFor();
      await joy.say('waits');
      await joy.bubble('waits', 'Waiting to be sent').waitFor();
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.context().setOffline(false);
      await kim.bubble('waits').waitFor();
      await joy.page.keyboard.press('Escape');
      await joy.page.getByText('Nothing open').waitFor();
    });

    it('the page in Chinese, at once and after a reload', async () => {
      await joy.openSettings();
      await joy.page.getByRole('radio', { name: '中文' }).check();
      await joy.page.getByRole('heading', { name: '设置' }).waitFor();
      expect(await objections(joy.page)).toEqual([]);
      await joy.page.reload();
      await joy.page.getByRole('button', { name: '设置' }).click();
      await joy.page.getByRole('radio', { name: 'English' }).check();
      await joy.page.keyboard.press('Escape');
      await joy.page.getByRole('button', { name: 'Settings' }).waitFor();
    });

    it('a dark page where they chose one, whatever the system says', async () => {
      const ground = () => joy.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await joy.page.emulateMedia({ colorScheme: 'light' });
      const light = await ground();
      await joy.openSettings();
      await joy.page.getByRole('radio', { name: 'Dark' }).check();
      const dark = await ground();
      await joy.page.getByRole('radio', { name: 'As the system' }).check();
      await joy.page.keyboard.press('Escape');

      expect(dark).not.toBe(light);
      expect(await ground()).toBe(light);
    });

    it('the keyboard alone: open a conversation, write, go back', async () => {
      const { page } = joy;
      await joy.listed('kim').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'kim', level: 1 }).waitFor();
      await eventually('focus on the name', async () => (await focused(page)) === 'H1 kim' || undefined);
      await tabTo(page, 'TEXTAREA');
      await page.keyboard.type('typed blindly');
      await page.keyboard.press('Enter');
      await kim.bubble('typed blindly').waitFor();
      expect(await focused(page)).toMatch(/^TEXTAREA/);
      await page.keyboard.press('Escape');
      await page.getByText('Nothing open').waitFor();
    });

    it('a dialog by the keyboard: the focus goes in, and comes back', async () => {
      const { page } = joy;
      await page.getByRole('button', { name: 'Settings' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await page.evaluate('document.querySelector("dialog").contains(document.activeElement)')).toBe(true);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });

      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Settings');
    });
  });
}

/** What axe objects to in the page as it is now, in both themes. */
async function objections(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    for (const { id, nodes } of violations) found.push(...nodes.map(({ html }) => `${colorScheme} ${id}: ${html}`));
  }
  return found;
}

/** What has the focus: its tag, and its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>("[document.activeElement.tagName, document.activeElement.textContent].join(' ')");
}

/** Presses Tab until an element of this tag has the focus. */
async function tabTo(page: Page, tag: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).startsWith(tag)) return;
  }
  throw new Error(`Tab does not lead to a ${tag}.`);
}
