import { jest } from '@jest/globals';

/** Everything that Lambdas write from now on, as objects; nothing of it is shown. */
export function captureLog() {
  const lines: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    logged.push(JSON.parse(String(text)));
    return true;
  });
  return { lines, logged, restore: () => written.mockRestore() };
}
