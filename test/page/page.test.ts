import { expect, it, jest } from '@jest/globals';
import { accessibilityStory } from './accessibility-story';
import { describeInBrowser } from './browser';
import { chatStory } from './chat-story';
import { developerStory } from './developer-story';
import { peopleStory } from './people-story';
import { Stage } from './stage';

describeInBrowser('the page', (executablePath) => {
  jest.setTimeout(60_000);
  const stage = new Stage(executablePath);

  it('runs under a policy that forbids what is not its own', async () => {
    const { page, faults } = await stage.sitDown('eve');

    const refused = await page.evaluate(`(async () => {
      const foreign = await fetch('http://localhost:1/').catch(() => 'no connection');
      const markup = (() => {
        try {
          document.body.innerHTML = '<img src=data: onerror=alert(1)>';
        } catch {
          return 'no markup';
        }
      })();
      return [foreign, markup];
    })()`);

    expect(refused).toEqual(['no connection', 'no markup']);
    expect(faults.length).toBeGreaterThan(0);
    faults.length = 0;
    await page.close();
  });

  const endOfVanishing = developerStory(stage);
  chatStory(stage);
  peopleStory(stage);
  accessibilityStory(stage);
  endOfVanishing();

  it('had no error, and did nothing that its policy forbids', () => {
    expect(stage.people.length).toBeGreaterThan(5);
    expect(stage.people.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
