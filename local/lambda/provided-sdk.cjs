// Lambda's Node.js runtime provides the AWS SDK to code that does not bring it. Loaded into every execution environment
// before its function: what the function's own code asset lacks of the SDK is resolved from Rollcall's node_modules, for
// `require` and `import` alike. It has the clients that Rollcall itself uses; any other, the asset has to carry.
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** What the managed runtime has. Anything else that Rollcall happens to have would be missing in AWS. */
const PROVIDED = /^@(?:aws-sdk|smithy)\//;

const HOME = pathToFileURL(__filename).href;

/** For Node 20, whose synchronous hooks are yet to come: runs in a thread of its own, so it can refer to nothing here. */
const IMPORT_HOOK = `
  export async function resolve(specifier, context, next) {
    try {
      return await next(specifier, context);
    } catch (error) {
      if (!${PROVIDED}.test(specifier)) throw error;
      return next(specifier, { ...context, parentURL: ${JSON.stringify(HOME)} });
    }
  }`;

/** `require` asks this hook too, but then no other parent helps; so it has its own way. */
function provideToImport() {
  Module.registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!PROVIDED.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL: HOME });
      }
    },
  });
}

function provideToRequire() {
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    try {
      return resolveFilename.call(this, request, ...rest);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' || !PROVIDED.test(request)) throw error;
      return resolveFilename.call(this, request, module, false);
    }
  };
}

/** The hook's thread costs 40 ms at a cold start, so only those pay who can need it: ES modules without their own SDK. */
function needsImportHook({ LAMBDA_TASK_ROOT: folder, _HANDLER: handler }) {
  if (existsSync(join(folder, 'node_modules', '@aws-sdk'))) return false;
  const base = join(folder, handler.replace(/\.[^/]*$/, ''));
  if (existsSync(`${base}.js`)) return isModulePackage(dirname(base)) || isModulePackage(folder);
  return existsSync(`${base}.mjs`);
}

function isModulePackage(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type === 'module';
  } catch {
    return false;
  }
}

provideToRequire();
if (typeof Module.registerHooks === 'function') provideToImport();
else if (needsImportHook(process.env)) Module.register(`data:text/javascript,${encodeURIComponent(IMPORT_HOOK)}`);
