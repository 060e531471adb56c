import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type Child, eventually, npm, START_MS_MAX } from '../end-to-end/children';
import type { Variant } from '../fixtures/conformance-app/variants';
import { deployment } from './deployment';

/** What the local gateway does not serve yet. Removing a variant here runs its tests. */
const NOT_SERVED: readonly Variant[] = [];

/** One variant of the fixture, served somewhere. */
export interface Target {
  /** `wss://…/stage`, without a slash at its end. */
  readonly url: string;
  readonly callbackUrl: string;
  readonly region: string;
}

export interface LocalTarget extends Target {
  /** A terminal's Ctrl-C, awaited. */
  stop(): Promise<void>;
}

/**
 * A suite against one variant: the local gateway, started for it as a person would, or the deployed fixture. Where there
 * is neither, one skipped test says why.
 */
export function describeTarget(variant: Variant, title: string, suite: (target: () => Target) => void): void {
  const reason = whyNot(variant);
  if (reason !== undefined) {
    it.skip(`${title} (skipped: ${reason})`, () => undefined);
    return;
  }
  describe(title, () => {
    let target: Target | undefined;
    let local: LocalTarget | undefined;
    beforeAll(async () => {
      const url = deployment?.urls[variant];
      if (url === undefined) local = await startLocal(variant);
      target = url === undefined ? local : deployed(url, deployment?.region ?? '');
    }, START_MS_MAX);
    afterAll(() => local?.stop(), START_MS_MAX);
    suite(() => {
      if (target === undefined) throw new Error('The target is only there while tests run.');
      return target;
    });
  });
}

function whyNot(variant: Variant): string | undefined {
  if (deployment !== undefined) return deployment.urls[variant] === undefined ? `no URL for ${variant}` : undefined;
  if (NOT_SERVED.includes(variant)) return `the local gateway does not serve the variant ${variant} yet`;
  return process.env.ROLLCALL_TEST_DYNOXIDE_MISSING;
}

function deployed(url: string, region: string): Target {
  return { url, region, callbackUrl: url.replace(/^ws/, 'http') };
}

/** The program that anybody would run on the same folder. Rejects with its words if it does not come up. */
export async function startLocal(variant: Variant, flags: readonly string[] = []): Promise<LocalTarget> {
  const folder = join(process.env.ROLLCALL_TEST_CONFORMANCE ?? '', variant);
  const options = ['--app', folder, '--port', '0', '--database', 'memory', '--json', ...flags];
  const child = npm('run', '--silent', 'local', '--', ...options);
  const url = await eventually('ready line', () => readyUrl(child), START_MS_MAX).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const stop = async () => {
    child.interrupt();
    await child.ended();
  };
  return { url, region: 'us-east-1', callbackUrl: url.replace(/^ws/, 'http'), stop };
}

function readyUrl({ stdout, stderr, process: { exitCode } }: Child): string | undefined {
  if (exitCode !== null) throw new Error(`the local gateway ended: ${stderr}`);
  return /^\{"type":"ready","url":"([^"]+)"/m.exec(stdout)?.[1];
}
