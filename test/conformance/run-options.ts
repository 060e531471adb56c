import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Variant } from '../fixtures/conformance-app/variants';
import type { Deployment } from './deployment';

export const USAGE = `Usage: npm run conformance -- [options]

Without --url and --outputs: against the local gateway, which it starts.

  --outputs FILE  what \`cdk deploy --all --outputs-file FILE\` wrote about the fixture
  --url URL       wss://… of the stack ConformanceCore, where there is no such file
  --region NAME   of the account (default: what the URL says)
  --slow          also wait for the timeouts: ten minutes and two hours
  --help          this text
`;

const STACKS: Readonly<Record<Variant, string>> = {
  core: 'ConformanceCore',
  policies: 'ConformancePolicies',
  selection: 'ConformanceSelection',
};

export type RunOptions =
  | { readonly kind: 'help' }
  | { readonly kind: 'local' }
  | { readonly kind: 'deployed'; readonly deployment: Omit<Deployment, 'seenFile'> };

/** @throws Error, one line, for anything that is not understood. */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      outputs: { type: 'string' },
      region: { type: 'string' },
      slow: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  const urls = {
    ...(values.outputs !== undefined && readOutputs(values.outputs)),
    ...(values.url !== undefined && { core: checkedUrl(values.url) }),
  };
  const [url] = Object.values(urls);
  if (url === undefined) {
    if (values.slow || values.region !== undefined) throw new Error('--slow and --region go with --url or --outputs');
    return { kind: 'local' };
  }
  const region = values.region ?? regionOf(url);
  return { kind: 'deployed', deployment: { urls, region, slow: values.slow } };
}

function readOutputs(file: string): Deployment['urls'] {
  const outputs = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, { readonly Url?: string }>>;
  const urls = Object.entries(STACKS).flatMap(([variant, stack]) => {
    const url = outputs[stack]?.Url;
    return url === undefined ? [] : [[variant, checkedUrl(url)] as const];
  });
  if (urls.length === 0) throw new Error(`${file} has no Url of ${Object.values(STACKS).join(', ')}`);
  return Object.fromEntries(urls);
}

/** @returns the URL without a slash at its end. */
function checkedUrl(text: string): string {
  if (!URL.canParse(text) || !/^wss?:\/\/[^/]+\/[^/]+\/?$/.test(text)) {
    throw new Error(`"${text}" is not the wss://host/stage of a WebSocket API`);
  }
  return text.replace(/\/$/, '');
}

function regionOf(url: string): string {
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url)?.[1];
  if (region === undefined) throw new Error('the URL does not say the region: pass --region');
  return region;
}
