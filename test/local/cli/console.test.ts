import { describe, expect, it } from '@jest/globals';
import { humanConsole, jsonConsole } from '../../../local/cli/console';
import { createSteps } from '../../../local/cli/steps';
import { ClearError } from '../../../local/process/clear-error';

class Recorder {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

function outputs(isTTY = false) {
  return { stdout: new Recorder(isTTY), stderr: new Recorder(isTTY) };
}

describe('createSteps', () => {
  it('tells of each step as it ends, with its time', async () => {
    const { stdout, stderr } = outputs();
    const console = humanConsole({ stdout, stderr }, { quiet: false });
    const times = [0, 42, 100, 1600];
    const steps = createSteps({
      onEnded: console.stepEnded,
      onChange: console.underWay,
      now: () => times.shift() ?? 0,
    });

    await steps.run('quick one', async () => undefined);
    await steps.run('slow one', () => Promise.reject(new Error('no'))).catch(() => undefined);

    expect(stdout.text).toBe('✓ quick one  42 ms\n✗ slow one  1.5 s\n');
  });
});

describe('humanConsole', () => {
  it('shows the page of Rollcall, and of another app only what it has', () => {
    const [ours, other] = [outputs(), outputs()];
    const facts = { url: 'ws://localhost:1/dev', database: 'http://localhost:2', startedMs: 100 };

    humanConsole(ours, { quiet: false }).ready({ ...facts, webUrl: 'http://localhost:3/' });
    humanConsole(other, { quiet: false }).ready(facts);

    expect(ours.stdout.text).toMatch(/Rollcall is ready[\s\S]*page +http:\/\/localhost:3\//);
    expect(other.stdout.text).toMatch(/The app is ready[\s\S]*API +ws:\/\/localhost:1\/dev/);
    expect(other.stdout.text).not.toMatch(/page|undefined/);
  });

  it('says nothing of a schedule that found nothing to do, which --json does', () => {
    const [human, json] = [outputs(), outputs()];
    const logs = [{ stream: 'stdout', text: '{"level":"INFO"}' }] as const;
    const tick = { routeKey: 'schedule Sweep', connectionId: '-', requestId: 'r', status: 200, durationMs: 1, at: 1 };
    const event = { ...tick, coldStart: false, readUnits: 2, writeUnits: 0, databaseRequests: 4, logs };

    humanConsole(human, { quiet: false }).event(event);
    humanConsole(human, { quiet: false }).event({ ...event, writeUnits: 5 });
    jsonConsole(json, { quiet: false }).event(event);

    expect(human.stdout.text.trimEnd().split('\n')).toEqual([expect.stringContaining('2 R 5 W in 4')]);
    expect(JSON.parse(json.stdout.text)).toMatchObject({ type: 'event', routeKey: 'schedule Sweep' });
  });

  it('shows a ClearError in one line on stderr', () => {
    const { stdout, stderr } = outputs();

    humanConsole({ stdout, stderr }, { quiet: false }).error(new ClearError('port 3001 is taken'));

    expect(stderr.text).toBe('error: port 3001 is taken\n');
    expect(stdout.text).toBe('');
  });

  it('shows what is under way at a terminal only, and wipes it before the next line', () => {
    const terminal = outputs(true);
    const pipe = outputs();

    for (const { stdout, stderr } of [terminal, pipe]) {
      const console = humanConsole({ stdout, stderr }, { quiet: false });
      console.underWay(['synth']);
      console.notice('done');
    }

    expect(terminal.stdout.text).toContain('… synth');
    expect(terminal.stdout.text.endsWith('\r\u001b[2Kdone\n')).toBe(true);
    expect(pipe.stdout.text).toBe('done\n');
  });
});

describe('jsonConsole', () => {
  it('writes one JSON object per line', () => {
    const { stdout, stderr } = outputs();
    const console = jsonConsole({ stdout, stderr }, { quiet: false });

    console.stepEnded({ name: 'synth', ok: true, durationMs: 1 });
    console.notice('bye\nnow');
    console.error(new ClearError('no'));

    expect(
      stdout.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'step', name: 'synth', ok: true, durationMs: 1 },
      { type: 'notice', text: 'bye\nnow' },
    ]);
    expect(JSON.parse(stderr.text)).toEqual({ type: 'error', message: 'no', details: '' });
  });
});
