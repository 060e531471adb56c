import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PRICES_OF, prices, REGION } from '../../bench/bill/prices';
import { ASSUMED, worstDelay } from '../../bench/presence/cost';
import { presenceTables } from '../../bench/presence/tables';
import { measurePresence } from '../../bench/presence/units';
import { FUNCTION_SIZES } from '../../lib/function-sizes';
import { tuned } from '../../lib/tunables';
import { describeOn, dynoxide } from '../tooling/engines';

const tuning = readFileSync(join(__dirname, '../../TUNING.md'), 'utf8');

/** Three thousand requests take seconds; on a machine that is busy with other tests, more. */
const MEASURED_MS_MAX = 120_000;

describeOn(dynoxide, 'the cost of presence', (database) => {
  it(
    'stands in TUNING.md as npm run bench:presence prints it',
    async () => {
      const units = await measurePresence(database());

      for (const table of presenceTables(units).split('\n\n')) expect(tuning).toContain(`\n${table}\n`);
    },
    MEASURED_MS_MAX,
  );
});

describe('TUNING.md', () => {
  it('states what is assumed, and when and where the rates were looked up', () => {
    const text = tuning.replaceAll(/\s+/g, ' ');

    expect(text).toContain(`a billed \`ping\` takes ${ASSUMED.pingMs} ms`);
    expect(text).toContain(`over 1,000 connections ${ASSUMED.passMs} ms`);
    expect(text).toContain(`an invocation logs ${ASSUMED.logBytes} bytes`);
    expect(text).toContain(`${REGION} on ${PRICES_OF}`);
  });

  it('has every tunable, with its default', () => {
    const defaults = Object.entries(tuned({}));

    for (const [name, value] of defaults)
      expect(tuning).toMatch(new RegExp(`^\\| \`${name}\` \\| ${value}( s)? \\|`, 'm'));
    expect(tuning.match(/^\| `/gm)).toHaveLength(defaults.length);
  });
});

describe('the bound of P3', () => {
  it('is two heartbeats and a sweep period, or API Gateway’s idle limit, the lease and a sweep period', () => {
    expect(worstDelay(10, 20)).toBe(40);
    expect(worstDelay(undefined, 20)).toBe(740);
  });
});

describe('what the cost is computed from', () => {
  it('is the memory that the stack gives to its functions', () => {
    const { Resources } = JSON.parse(readFileSync(String(process.env.ROLLCALL_TEST_TEMPLATE), 'utf8'));
    const resources = Object.entries<{ Type: string; Properties: { MemorySize: number } }>(Resources);
    const memoryMbOf = (id: string) => {
      const found = resources.find(
        ([name, { Type }]) => Type === 'AWS::Lambda::Function' && name.startsWith(`ChatApi${id}`),
      );
      return found?.[1].Properties.MemorySize;
    };

    expect(memoryMbOf('Ping')).toBe(FUNCTION_SIZES.ping.memoryMb);
    expect(memoryMbOf('Sweep')).toBe(FUNCTION_SIZES.sweep.memoryMb);
  });

  it('is a rate above zero with the page that has it, for each price', () => {
    for (const { dollars, page, quotedBy } of Object.values(prices)) {
      expect(dollars).toBeGreaterThan(0);
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/.*pricing\//);
      expect(quotedBy).toMatch(/^https:/);
    }
  });
});
