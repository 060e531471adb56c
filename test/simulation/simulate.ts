import { realOperations } from './operations';
import { runSeed } from './run-seed';
async function main() {
  const [from, n, trace] = process.argv.slice(2).map(Number);
  const t = performance.now(); let steps = 0, events = 0; const by: Record<string, number[]> = {};
  for (let seed = from!; seed < from! + n!; seed++) {
    const run = await runSeed(seed, { operations: realOperations, keepsTimeline: !!trace });
    steps += run.steps; events += run.events;
    if (trace) console.log(run.timeline.join('\n'));
    if (run.violation) { (by[run.violation.property + ' ' + run.violation.what.replace(/\d+/g, '#').slice(0,300)] ??= []).push(seed); }
  }
  const ms = performance.now() - t;
  console.log({ ms, perSeed: ms / n!, steps, events, usPerEvent: ms * 1000 / events });
  for (const [k, v] of Object.entries(by).sort((a,b)=>b[1].length-a[1].length)) console.log(v.length, k, v.slice(0, 5));
}
void main();
