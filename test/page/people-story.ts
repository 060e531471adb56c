import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { connect } from '../../client';
import { eventually } from '../end-to-end/children';
import { PASSWORD, type Person } from './person';
import type { Stage } from './stage';

/** Groups, requests, blocks, devices and history, by two others. */
export function peopleStory(stage: Stage): void {
  describe('two others', () => {
    let fay: Person;
    let gus: Person;

    it('withdraw, refuse and accept requests', async () => {
      [fay, gus] = await Promise.all([stage.sitDown('fay'), stage.sitDown('gus')]);
      await Promise.all([fay.signUp(), gus.signUp()]);
      await fay.askToBeFriends('gus');
      await fay.page.getByText('gus has been asked.').waitFor();
      await gus.showFriends();
      await gus.page.getByRole('button', { name: 'Refuse the request of fay' }).click();
      await fay.page.getByRole('button', { name: 'Withdraw the request to gus' }).waitFor({ state: 'detached' });

      await stage.befriend(fay, gus);
    });

    it('are told in words what the server refuses', async () => {
      await fay.askToBeFriends('nobodyofthisname');

      await fay.page.getByRole('alert').getByText('Nobody has this name.').waitFor();
    });

    it('make a group, join it by its id, see who is in it, and leave', async () => {
      await make(fay, { name: 'Choir', id: 'choir-7' });
      await join(gus, 'choir-7');
      await fay.page.getByText('gus joined').waitFor();
      await gus.say('la la');
      await fay.bubble('la la').waitFor();
      await fay.page.locator('.run-from', { hasText: 'gus' }).waitFor();

      await fay.page.getByRole('button', { name: 'Details' }).click();
      const members = fay.page.getByRole('dialog').locator('.members li');
      await members.nth(1).waitFor();
      expect(await members.locator('.item-name').allTextContents()).toEqual(['fay', 'gus']);
      await fay.page.keyboard.press('Escape');

      await gus.page.getByRole('button', { name: 'Details' }).click();
      await gus.page.getByRole('button', { name: 'Leave the group' }).click();
      await gus.page.getByRole('button', { name: 'Leave the group' }).click();
      await fay.page.getByText('gus left').waitFor();
      await gus.listed('Choir').waitFor({ state: 'detached' });
    });

    it('block and are blocked, and take it back', async () => {
      await fay.openFriend('gus');
      await fay.page.getByRole('button', { name: 'Details' }).click();
      await fay.page.getByRole('button', { name: 'Block', exact: true }).click();
      await fay.page.getByText('What they write to you does not arrive.').waitFor();
      await gus.showFriends();
      await gus.friend('fay', 'Last seen').waitFor();

      await fay.page.getByRole('button', { name: 'Unblock', exact: true }).click();
      await gus.friend('fay', 'Online').waitFor();
      await fay.page.keyboard.press('Escape');
    });

    it('see their devices, and log another one out', async () => {
      const phone = await stage.sitDown('fay', { where: await stage.browserOf('fays-phone') });
      await phone.logIn();
      await fay.openSettings();
      await fay.page.getByRole('button', { name: 'Log out fays-phone' }).click();

      await phone.page.getByText('You have been logged out.').waitFor();
      await fay.page.keyboard.press('Escape');
      await fay.page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it('change the password, which logs out all other devices', async () => {
      const phone = await stage.sitDown('fay', { where: await stage.browserOf('fays-phone') });
      await phone.logIn();
      await fay.openSettings();
      const dialog = fay.page.getByRole('dialog');
      await dialog.getByText('Change the password').click();
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await dialog.getByLabel('New password').fill('battery staple');
      await dialog.getByRole('button', { name: 'Change it' }).click();

      await dialog.getByText('The password is changed').waitFor();
      await phone.page.getByText('You have been logged out.').waitFor();
      await fay.page.keyboard.press('Escape');
    });

    it('scroll through a long history', async () => {
      await write({ url: stage.app.url, from: 'poet', to: 'fay', lines: 60 });
      await fay.showChats();
      await fay.listed('poet', 'line 060').waitFor();
      await fay.page.reload();
      await fay.listed('poet', 'line 060').click();
      await fay.bubble('line 060').waitFor();
      const box = fay.page.getByRole('region', { name: 'Messages with poet' });
      expect(await fay.bubble('line 001').count()).toBe(0);

      await eventually('line 001', async () => {
        await box.press('Home');
        return (await fay.bubble('line 001').count()) === 1 || undefined;
      });

      const expected = Array.from({ length: 60 }, (_, index) => lineOf(index + 1));
      expect(await fay.said()).toEqual(expected);
    });
  });
}

async function make({ page }: Person, { name, id }: { readonly name: string; readonly id: string }): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('Name of the group').fill(name);
  await page.getByLabel('Id (optional)').fill(id);
  await page.getByRole('button', { name: 'Make', exact: true }).click();
  await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
}

async function join({ page }: Person, id: string): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('Id of the group').fill(id);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: /^Message to/ }).waitFor();
}

interface Lines {
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly lines: number;
}

/** Somebody without a page writes a lot. */
async function write({ url, from, to, lines }: Lines): Promise<void> {
  const poet = connect(url, { WebSocket });
  await poet.register({ user: from, password: PASSWORD });
  const stored = Array.from({ length: lines }, (_, index) => poet.send({ to }, lineOf(index + 1)).stored);
  await Promise.all(stored);
  await poet.close();
}

function lineOf(number: number): string {
  return `line ${String(number).padStart(3, '0')}`;
}
