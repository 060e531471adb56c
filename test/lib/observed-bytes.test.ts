import { expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { bundling } from '../../lib/bundle';

/** Of a bundle: what validates, what writes the line, what counts. */
const BYTES_MAX = 12_000;

const OURS = /src\/adapters\/lambda\/(describe-error|invocation|log|metrics|timed-ports)\.ts$/;

it('validation, logs and metrics take no more than 12,000 bytes of a bundle', () => {
  const { metafile } = buildSync({
    ...bundling,
    entryPoints: ['lambdas/chat.ts'],
    outfile: 'chat.js',
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const bytesOf = (isMeant: (path: string) => boolean) =>
    inputs.filter(([path]) => isMeant(path)).reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);

  const [validation, observation] = [bytesOf((path) => path.includes('/valibot/')), bytesOf((path) => OURS.test(path))];

  expect(inputs.filter(([path]) => OURS.test(path))).toHaveLength(5);
  expect(validation).toBeGreaterThan(1_000);
  expect(validation + observation).toBeLessThanOrEqual(BYTES_MAX);
});
