import { describe, expect, it } from '@jest/globals';
import { metricsOf, VALUES_MAX } from '../../src/adapters/lambda/metrics';
import { COUNTED, MEASURED } from '../../src/domain/ports/meter';
import { refusals } from '../../src/protocol/refusal';
import { emfErrors } from '../tooling/emf';

const NOW = 1_795_411_066_347;

function everything() {
  const metrics = metricsOf('Rollcall/ChatApi');
  for (const what of COUNTED) metrics.count(what);
  for (const what of MEASURED) metrics.measure(what, 12.4);
  metrics.refuse('busy');
  return metrics;
}

describe('the metrics of an invocation', () => {
  it('are a document of the embedded metric format, with all that can be told at once', () => {
    const line = everything().take(NOW);

    expect(emfErrors(line)).toEqual([]);
    expect(line).toMatchObject({ Api: 'Rollcall/ChatApi', Code: 'busy', Refused: 1, Opened: 1, PushLatency: [12] });
    expect(line._aws).toMatchObject({
      Timestamp: NOW,
      CloudWatchMetrics: [
        { Namespace: 'Rollcall', Dimensions: [['Api']] },
        { Namespace: 'Rollcall', Dimensions: [['Api', 'Code']], Metrics: [{ Name: 'Refused' }] },
      ],
    });
  });

  it('are one metric for each name, and one for each code that has refused', () => {
    const [plain] = (everything().take(NOW)._aws as { CloudWatchMetrics: { Metrics: object[] }[] }).CloudWatchMetrics;

    // ARCHITECTURE.md has the price of this many.
    expect(plain?.Metrics).toHaveLength(COUNTED.length + MEASURED.length);
    expect(plain?.Metrics.length).toBeLessThanOrEqual(20);
    expect(Object.keys(refusals).length).toBeLessThan(60);
  });

  it('are nothing where nothing has happened', () => {
    const metrics = metricsOf('Rollcall/ChatApi');
    metrics.count('SweepScanned', 0);

    expect(metrics.take(NOW)).toEqual({});
  });

  it('are told once', () => {
    const metrics = everything();
    metrics.take(NOW);

    expect(metrics.take(NOW)).toEqual({});
  });

  it('add up', () => {
    const metrics = metricsOf('Rollcall/ChatApi');
    metrics.count('Conflicts');
    metrics.count('Conflicts', 2);
    metrics.measure('PushLatency', 3);
    metrics.measure('PushLatency', 5);

    expect(metrics.take(NOW)).toMatchObject({ Conflicts: 3, PushLatency: [3, 5] });
  });

  it.each([
    [VALUES_MAX, VALUES_MAX],
    [VALUES_MAX + 1, VALUES_MAX / 2 + 1],
    [10_000, 79],
  ])('of %d values keep %d, evenly spread, and no more than CloudWatch takes', (measured, kept) => {
    const metrics = metricsOf('Rollcall/ChatApi');
    for (let value = 0; value < measured; value++) metrics.measure('PushLatency', value);

    const { PushLatency } = metrics.take(NOW) as { PushLatency: number[] };

    expect(PushLatency).toHaveLength(kept);
    expect(PushLatency[0]).toBe(0);
    expect(PushLatency.at(-1)).toBeGreaterThan(0.95 * (measured - 1));
    const steps = new Set(PushLatency.slice(1).map((value, index) => value - Number(PushLatency[index])));
    expect(steps.size).toBe(1);
  });

  it('are never below zero, whatever a clock says', () => {
    const metrics = metricsOf('Rollcall/ChatApi');
    metrics.measure('TimeToOffline', -5);

    expect(metrics.take(NOW)).toMatchObject({ TimeToOffline: [0] });
  });
});

describe('the check of the format', () => {
  const line = () =>
    structuredClone(everything().take(NOW)) as Record<string, unknown> & { _aws: { Timestamp: unknown } };

  it.each<[string, (document: ReturnType<typeof line>) => void]>([
    ['no time', (document) => delete document._aws.Timestamp],
    ['a metric without its value', (document) => delete document.Opened],
    ['a metric that is text', (document) => Object.assign(document, { Opened: '1' })],
    ['a dimension without its value', (document) => delete document.Api],
    ['a dimension that is a number', (document) => Object.assign(document, { Api: 1 })],
    ['too many values', (document) => Object.assign(document, { PushLatency: Array(VALUES_MAX + 1).fill(1) })],
  ])('finds %s', (_, spoil) => {
    const document = line();
    spoil(document);

    expect(emfErrors(document)).not.toEqual([]);
  });
});
