// The rules of the page "Specification: Embedded metric format" of the CloudWatch User Guide, as far as a document can break them.

const UNITS = ['Seconds', 'Microseconds', 'Milliseconds', 'Bytes', 'Percent', 'Count', 'None'];
const METRICS_MAX = 100;
const VALUES_MAX = 100;
const DIMENSIONS_MAX = 30;

type Json = Readonly<Record<string, unknown>>;

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= max;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a line breaks of the format, in words; empty if CloudWatch would take all of its metrics. */
export function emfErrors(line: Json): readonly string[] {
  const metadata = line._aws;
  if (!isRecord(metadata)) return ['_aws is missing'];
  const directives = metadata.CloudWatchMetrics;
  return [
    ...check(Number.isInteger(metadata.Timestamp), 'Timestamp is no number'),
    ...check(Array.isArray(directives) && directives.length > 0, 'CloudWatchMetrics is empty'),
    ...(Array.isArray(directives) ? directives.flatMap((directive) => directiveErrors(directive, line)) : []),
  ];
}

function directiveErrors(directive: unknown, line: Json): readonly string[] {
  if (!isRecord(directive)) return ['a directive is no object'];
  const { Namespace, Dimensions, Metrics, ...others } = directive;
  const sets = Array.isArray(Dimensions) ? Dimensions : [];
  const metrics = Array.isArray(Metrics) ? Metrics : [];
  return [
    ...check(Object.keys(others).length === 0, 'a directive has something that the format does not'),
    ...check(isText(Namespace, 1024), 'Namespace is no text'),
    ...check(sets.length > 0, 'Dimensions is empty'),
    ...check(metrics.length > 0 && metrics.length <= METRICS_MAX, `Metrics has ${metrics.length}`),
    ...sets.flatMap((set: readonly string[]) => [
      ...check(set.length <= DIMENSIONS_MAX, `a set has ${set.length} dimensions`),
      ...set.flatMap((name) => check(isText(line[name], 1024), `the dimension ${name} has no text`)),
    ]),
    ...metrics.flatMap((metric: Json) => metricErrors(metric, line)),
  ];
}

function metricErrors({ Name, Unit = 'None', ...others }: Json, line: Json): readonly string[] {
  const value = line[String(Name)];
  const values = Array.isArray(value) ? value : [value];
  return [
    ...check(isText(Name, 1024), 'a metric has no name'),
    ...check(UNITS.includes(String(Unit)), `${Unit} is no unit`),
    ...check(Object.keys(others).length === 0, `${Name} has something that the format does not`),
    ...check(
      values.length >= 1 && values.length <= VALUES_MAX && values.every(Number.isFinite),
      `${Name} is not 1 to ${VALUES_MAX} numbers`,
    ),
  ];
}

function check(holds: boolean, otherwise: string): readonly string[] {
  return holds ? [] : [otherwise];
}
