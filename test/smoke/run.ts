/** `npm run smoke`: a served or deployed Rollcall, tried from outside (test/smoke/README.md). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../local/process/clear-error';
import { RawDevice } from './raw-device';
import { countsOf, isGreen, markdown, progressLine } from './report';
import { parseSmokeOptions, type SmokeOptions, USAGE } from './run-options';
import { runSmoke } from './smoke';

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  await assertReachable(options);
  const report = await runSmoke(options, (result) => process.stdout.write(`${progressLine(result)}\n`));
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(`${options.report}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${options.report}.md`, markdown(report));
  process.stdout.write(`\n${countsOf(report)} in ${report.seconds} s: ${options.report}.md\n`);
  return isGreen(report) ? 0 : 1;
}

function readOptions(args: readonly string[]): SmokeOptions | 'help' | undefined {
  try {
    return parseSmokeOptions(args);
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}. See --help.\n`);
    return undefined;
  }
}

/** Where nobody answers, one line says so, and not fifty. */
async function assertReachable(options: SmokeOptions): Promise<void> {
  try {
    (await RawDevice.open(options)).close();
  } catch (error) {
    throw new Error(`no WebSocket opens at ${options.url}: ${messageOf(error)}`, { cause: error });
  }
}

main(process.argv.slice(2)).then(
  // A socket that a server does not let go of must not keep us.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
