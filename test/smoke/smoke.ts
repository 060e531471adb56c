import { version } from '../../package.json';
import { Latencies } from './latencies';
import { People } from './people';
import type { Report } from './report';
import type { SmokeOptions } from './run-options';
import type { Result, Section, Stage } from './section';
import { SECTIONS } from './sections';

/** Sections that wait side by side: most of a section is waiting. */
const SECTIONS_PARALLEL_MAX = 3;

/** Resolves with the report, whatever fails. `tell` hears of each check when it has ended. */
export async function runSmoke(options: SmokeOptions, tell: (result: Result) => void): Promise<Report> {
  const startedAt = new Date();
  const { url, headers, patienceMs } = options;
  const people = new People({ url, headers, patienceMs });
  const latencies = new Latencies();
  const stage: Stage = { ...options, people, latencies };
  const results: Result[] = [];
  const heard = (result: Result) => {
    results.push(result);
    tell(result);
  };
  await runSections(stage, options.sections, heard);
  await people.leave();
  return {
    version,
    url,
    isQuick: options.isQuick,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    results: inOrder(results),
    latencies: latencies.summary(),
    accounts: people.names,
  };
}

async function runSections(stage: Stage, titles: readonly string[], tell: (result: Result) => void): Promise<void> {
  const chosen = SECTIONS.filter(({ title }) => titles.includes(title));
  const waiting = chosen.filter(({ runsAlone }) => !runsAlone);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.run(stage, tell);
  };
  await Promise.all(Array.from({ length: SECTIONS_PARALLEL_MAX }, worker));
  for (const section of chosen.filter(({ runsAlone }) => runsAlone)) await section.run(stage, tell);
}

/** As the sections stand, not as they ended. */
function inOrder(results: readonly Result[]): readonly Result[] {
  return SECTIONS.flatMap(({ title }: Section) => results.filter(({ section }) => section === title));
}
