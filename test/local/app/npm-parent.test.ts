import { describe, expect, it } from '@jest/globals';
import { findNpm } from '../../../local/process/npm-parent';

function processes(commands: Readonly<Record<number, readonly [number, string]>>) {
  return async (pid: number) => {
    const [parentPid, command] = commands[pid] ?? [];
    return parentPid === undefined || command === undefined ? undefined : { parentPid, command };
  };
}

describe('findNpm', () => {
  it.each([
    ['npm start --port 3001'],
    ['node /usr/bin/npm start'],
    ['node /usr/lib/node_modules/npm/bin/npm-cli.js start'],
  ])('finds "%s" behind a shell', async (command) => {
    const read = processes({ 30: [20, 'sh -c node --import tsx local/start.ts'], 20: [10, command], 10: [1, 'bash'] });

    expect(await findNpm(30, read)).toBe(20);
  });

  it('finds nothing in a shell, nor where ps does not answer', async () => {
    expect(await findNpm(30, processes({ 30: [1, 'bash'] }))).toBeUndefined();
    expect(await findNpm(30, processes({}))).toBeUndefined();
  });

  it('looks up a few parents only', async () => {
    const read = async (pid: number) => ({ parentPid: pid - 1, command: pid === 2 ? 'npm start' : 'sh' });

    expect(await findNpm(6, read)).toBe(2);
    expect(await findNpm(7, read)).toBeUndefined();
  });
});
