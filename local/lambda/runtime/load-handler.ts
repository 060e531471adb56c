import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, runtimeError } from './errors';
import type { RuntimeSettings } from './messages';

export type Callback = (error: unknown, result?: unknown) => void;
export type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

type Place = Pick<RuntimeSettings, 'codeDirectory' | 'handler'>;

/** The function's handler. @throws what Lambda reports of an init phase that failed, by its names. */
export async function loadHandler(place: Place): Promise<Handler> {
  const { file, exportPath } = handlerFile(place);
  const exported = await importHandlerFile(file);
  const handler = lookUp(exported, exportPath) ?? lookUp(exported.default, exportPath);
  if (typeof handler === 'function') return handler as Handler;
  throw runtimeError('Runtime.HandlerNotFound', `${place.handler} is undefined or not a function`);
}

/** `index.handler` in `index.js`, `index.mjs` or `index.cjs`, in the order in which Lambda's own runtime looks. */
function handlerFile({ codeDirectory, handler }: Place): { file: string; exportPath: readonly string[] } {
  const [name, ...exportPath] = basename(handler).split('.');
  if (!name || exportPath.length === 0) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const base = join(codeDirectory, dirname(handler), name);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((path) => existsSync(path));
  if (!file) throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  return { file, exportPath };
}

async function importHandlerFile(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const { errorType, errorMessage } = describe(error);
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
      throw runtimeError('Runtime.ImportModuleError', errorMessage, error);
    if (errorType === 'SyntaxError') throw runtimeError('Runtime.UserCodeSyntaxError', errorMessage, error);
    throw error;
  }
}

/** A CommonJS module's exports are all under `default`; Node finds only some of them by name. */
function lookUp(exported: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], exported);
}
