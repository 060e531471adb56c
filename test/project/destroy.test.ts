import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { planDestroy } from '../../tooling/destroy-plan';

const CONTEXT = ['-c', 'stage=live'];

describe('npm run destroy', () => {
  it('destroys as it was deployed, and leaves the question to the CDK', () => {
    expect(planDestroy(CONTEXT)).toEqual({ commands: [['destroy', '-c', 'stage=live']] });
    expect(planDestroy(['--force', ...CONTEXT])).toEqual({ commands: [['destroy', '-c', 'stage=live', '--force']] });
  });

  it('drops data only by one more deployment that says so, after a question', () => {
    const { commands, confirmation } = planDestroy(['--drop-data', ...CONTEXT]);

    expect(commands.map(([command]) => command)).toEqual(['deploy', 'destroy']);
    for (const command of commands) expect(command).toEqual(expect.arrayContaining([...CONTEXT, 'data=drop']));
    expect(confirmation).toBe('drop all accounts and messages');
  });

  it('asks nothing where it is told not to', () => {
    expect(planDestroy(['--drop-data', '--force'])).not.toHaveProperty('confirmation');
  });

  it.each([[['-c', 'data=drop']], [['-cdata=drop']], [['--context=data=keep']]])(
    'refuses %j, which would not do what it says',
    (args) => {
      expect(() => planDestroy(args)).toThrow('data= is for npm run deploy. Here: npm run destroy -- [--drop-data]');
    },
  );

  it('does nothing where nobody is there to be asked', () => {
    const run = () =>
      execFileSync(process.execPath, ['--import', 'tsx', 'tooling/destroy.ts', '--drop-data'], {
        cwd: join(__dirname, '../..'),
        stdio: ['ignore', 'pipe', 'pipe'],
      });

    expect(run).toThrow('Nobody is there to be asked: pass --force');
  });
});
