import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from '@jest/globals';

/** What Chromium is called on the systems that people have. Only the first of these that is there is used. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A suite in a real browser. Where there is none, one skipped test says so; in CI, which installs one, that is a failure. */
export function describeInBrowser(title: string, suite: (executablePath: string) => void): void {
  const executablePath = findChromium();
  if (executablePath !== undefined) {
    describe(title, () => suite(executablePath));
    return;
  }
  const skip = process.env.CI ? it : it.skip;
  skip(`${title} (skipped: no browser, none of ${NAMES.join(', ')} is on the PATH)`, () => {
    throw new Error('CI installs chromium, but it is not on the PATH.');
  });
}
