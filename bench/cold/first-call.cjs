/**
 * A cold start, in a process of its own: loads a Lambda's bundle, and has it answer one event. Prints milliseconds until it was loaded, and
 * until it had answered: `node first-call.cjs <bundle> <plain|cached|stale|write> <event>`.
 */
const begun = performance.now();
const { readFileSync, writeFileSync } = require('node:fs');
const { Module, createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const [, , file, loading, event] = process.argv;
const cacheFile = `${file}.cache`;

/** As Node loads CommonJS, but for the cache. */
function loadScript(cachedData) {
  const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { script, handler: module.exports.handler };
}

async function main() {
  const { script, handler } =
    loading === 'plain' ? require(file) : loadScript(loading === 'write' ? undefined : readFileSync(cacheFile));
  const loadedMs = performance.now() - begun;
  // What it answers does not matter; what it logs goes to stdout before our line.
  if (event !== '') await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 0 }).catch(() => undefined);
  const answeredMs = performance.now() - begun;
  if (loading === 'write') writeFileSync(cacheFile, script.createCachedData());
  const isRejected = script?.cachedDataRejected;
  process.stdout.write(`${JSON.stringify({ loadedMs, answeredMs, isRejected })}\n`, () => process.exit(0));
}

void main();
