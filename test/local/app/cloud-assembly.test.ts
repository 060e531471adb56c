import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCloudAssembly } from '../../../local/app/cloud-assembly';

describe('a folder that is said to be a cdk.out', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdk-out-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is refused, by name, when it is none', async () => {
    await expect(readCloudAssembly(folder)).rejects.toThrow(
      `there is no readable manifest.json in ${folder}: is it the output of cdk synth`,
    );
  });

  it('is refused with two stacks, which it names', async () => {
    const stack = { type: 'aws:cloudformation:stack', properties: {} };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { One: stack, Two: stack } }));

    await expect(readCloudAssembly(folder)).rejects.toThrow(/exactly one stack .*: One, Two$/);
  });
});
