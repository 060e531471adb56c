import { leftOut } from './left-out';

/**
 * Stands in for what the SDK reads its configuration with (lib/slim-sdk.ts). Of the environment's variables, the file of profiles and what
 * a client was made with, a Lambda has no file.
 */
interface Selectors<T> {
  readonly environmentVariableSelector: (environment: NodeJS.ProcessEnv, options: object) => T | undefined;
  readonly default: T | (() => T | Promise<T>);
}

/** One setting: as its variable has it, or what it is without. @throws (when it is asked for) if the variable has no such value. */
export function loadConfig<T>({ environmentVariableSelector, default: otherwise }: Selectors<T>): () => Promise<T> {
  return async () => {
    const value = environmentVariableSelector(process.env, {});
    if (value !== undefined) return value;
    return otherwise instanceof Function ? otherwise() : otherwise;
  };
}

/** Which defaults a client has. `auto` would ask the metadata service of a virtual machine where it is. */
export function resolveDefaultsModeConfig(): () => Promise<string> {
  return async () => {
    const mode = process.env.AWS_DEFAULTS_MODE?.toLowerCase() ?? 'legacy';
    return mode === 'auto' ? leftOut('AWS_DEFAULTS_MODE=auto is') : mode;
  };
}
