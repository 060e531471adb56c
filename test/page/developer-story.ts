import { describe, it } from '@jest/globals';
import type { Person } from './person';
import type { Stage } from './stage';

/**
 * What happens when a client vanishes, as the developer drawer shows it.
 *
 * @returns the end of the story, to be told after others: a lease takes its time to end.
 */
export function developerStory(stage: Stage): () => void {
  let hal: Person;
  let ida: Person;
  describe('the developer drawer', () => {
    it('says goodbye, and the friend sees it at once; comes back, and the friend sees that, too', async () => {
      // The shortest promise: who breaks it is offline after two of them.
      const config = { heartbeat: 10 };
      [hal, ida] = await Promise.all([stage.sitDown('hal', { config }), stage.sitDown('ida')]);
      await Promise.all([hal.signUp(), ida.signUp()]);
      await stage.befriend(hal, ida);
      await hal.page.getByRole('button', { name: 'Developer' }).click();
      await hal.page.getByRole('button', { name: 'Say goodbye' }).click();
      await ida.friend('hal', 'Last seen just now').waitFor();

      await hal.page.getByRole('button', { name: 'Come back' }).click();
      await ida.friend('hal', 'Online').waitFor();
    });

    it('vanishes without a goodbye, and for as long as the lease lasts it seems to be there', async () => {
      await hal.connected();
      await hal.page.getByRole('button', { name: 'Developer' }).click();
      await hal.page.getByRole('button', { name: 'Vanish' }).click();
      await hal.page.getByRole('button', { name: 'Come back' }).waitFor();
      await ida.friend('hal', 'Online').waitFor();
    });

    it('cuts the connection, and the client comes back by itself', async () => {
      const { page } = ida;
      await page.getByRole('button', { name: 'Developer' }).click();
      await page.getByRole('button', { name: 'Cut', exact: true }).click();

      await page.locator('.drawer-log').getByText('closed').waitFor();
      await page.locator('.drawer-log li:first-child', { hasText: /\d connected$/ }).waitFor();
    });
  });
  return () => {
    it('shows a friend who vanished as offline, when the lease has ended', async () => {
      await ida.friend('hal', 'Last seen').waitFor({ timeout: 60_000 });
    }, 90_000);
  };
}
