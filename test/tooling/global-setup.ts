import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../../local/dynamodb/engine';
import { findEngineCommand } from '../../local/dynamodb/engine-command';
import { synthesiseVariant, VARIANTS, type Variant } from '../fixtures/conformance-app/variants';
import { synthesiseWithoutCode } from './synthesise-without-code';

declare global {
  var rollcallTestEngine: Engine | undefined;
  var rollcallTestFolder: string | undefined;
}

/**
 * One embedded database and one synthesised template serve all test files, each with tables of its own. A machine that has
 * no engine runs the rest of the tests and is told what was skipped; in CI that is a failure (see `engines.ts`).
 */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-test-'));
  globalThis.rollcallTestFolder = folder;
  process.env.ROLLCALL_TEST_TEMPLATE = join(folder, 'template.json');
  await writeFile(process.env.ROLLCALL_TEST_TEMPLATE, JSON.stringify(synthesiseWithoutCode()));
  process.env.ROLLCALL_TEST_CONFORMANCE = join(folder, 'conformance');
  for (const variant of Object.keys(VARIANTS) as Variant[]) {
    synthesiseVariant(variant, join(process.env.ROLLCALL_TEST_CONFORMANCE, variant));
  }
  if (!findEngineCommand() && !process.env.CI) {
    process.env.ROLLCALL_TEST_DYNOXIDE_MISSING = 'there is no dynoxide for this machine: see CONTRIBUTING.md';
    console.warn(`Tests of the stores and the domain are skipped: ${process.env.ROLLCALL_TEST_DYNOXIDE_MISSING}`);
    return;
  }
  globalThis.rollcallTestEngine = await startEngine({});
  process.env.ROLLCALL_TEST_DYNOXIDE_URL = globalThis.rollcallTestEngine.url;
}
