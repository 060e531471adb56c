/**
 * What a Lambda's build costs at a cold start: bytes, and the time to load its code in a fresh process, as a ratio to the
 * default of `NodejsFunction`, which leaves the AWS SDK outside the bundle. Builds are interleaved, medians shown.
 *
 *   npm run bench:cold [-- --route chat --runs 21]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, buildSync } from 'esbuild';
import { slimSdk } from '../lib/slim-sdk';
import { synthesiseWithoutCode } from '../test/tooling/synthesise-without-code';

const root = join(__dirname, '..');

const shaken: BuildOptions = { minify: true, mainFields: ['module', 'main'] };
const slim: BuildOptions = { ...shaken, ...slimSdk };
const requireFromModule =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const builds: Readonly<Record<string, BuildOptions>> = {
  'SDK external (the CDK default)': { external: ['@aws-sdk/*', '@smithy/*'] },
  'bundled, default mainFields': { minify: true },
  'bundled, module,main': shaken,
  'slim (ours)': slim,
  'slim, with keepNames': { ...slim, keepNames: true },
  'slim, not minified': { ...slim, minify: false },
  'slim, as an ES module': { ...slim, format: 'esm', banner: { js: requireFromModule } },
};

/** A Lambda's code wants its environment when it is loaded: names from the template, and in the place of what only AWS knows some URL. */
function variables(): Readonly<Record<string, string>> {
  const { Resources } = synthesiseWithoutCode() as { Resources: Readonly<Record<string, FunctionResource>> };
  const given = Object.values(Resources).map(({ Properties }) => Properties?.Environment?.Variables ?? {});
  const known = Object.entries(Object.assign({}, ...given) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'string' ? value : NOWHERE]));
}

interface FunctionResource {
  readonly Properties?: { readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> } };
}

const NOWHERE = 'http://127.0.0.1:9/dev';

const environment = {
  ...process.env,
  ...variables(),
  NODE_OPTIONS: '',
  NODE_PATH: join(root, 'node_modules'), // The SDK that is left outside has to be found.
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

const LOAD = 'const t = performance.now(); require(process.argv[1]); console.log(performance.now() - t)';
const IMPORT = 'const t = performance.now(); import(process.argv[1]).then(() => console.log(performance.now() - t))';

const { values } = parseArgs({
  options: { route: { type: 'string', default: 'chat' }, runs: { type: 'string', default: '21' } },
});
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const built = Object.entries(builds).map(([name, options], index) => {
  const outfile = join(folder, `${index}.${options.format === 'esm' ? 'mjs' : 'cjs'}`);
  const entryPoints = [join(root, 'lambdas', `${values.route}.ts`)];
  buildSync({ format: 'cjs', ...options, entryPoints, outfile, bundle: true, platform: 'node', target: 'node20' });
  return { name, outfile, times: [] as number[] };
});
for (let run = 0; run < Number(values.runs); run++) {
  for (const { outfile, times } of built) {
    const script = outfile.endsWith('.mjs') ? IMPORT : LOAD;
    times.push(Number(execFileSync(process.execPath, ['-e', script, outfile], { env: environment, cwd: root })));
  }
}
const [base] = built.map(({ times }) => median(times));
console.log(`lambdas/${values.route}.ts, ${values.runs} fresh processes each, Node ${process.version}`);
for (const { name, outfile, times } of built) {
  const bytes = statSync(outfile).size.toLocaleString('en');
  console.log(`${name.padEnd(32)} ${bytes.padStart(9)} bytes   load ${(median(times) / Number(base)).toFixed(2)}`);
}
rmSync(folder, { recursive: true });

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}
