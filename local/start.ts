import { join } from 'node:path';
import { type StartContext, startApp } from './app/start-app';
import { type Console, explain, humanConsole, jsonConsole } from './cli/console';
import { parseStartOptions, START_USAGE, type StartOptions } from './cli/options';
import { createSteps } from './cli/steps';
import { faultsLine } from './faults/fault-options';
import { ClearError } from './process/clear-error';
import { Closers } from './process/closers';
import { watchNpm } from './process/npm-parent';
import { onStopSignal } from './process/stop-signals';

const ROOT = join(__dirname, '..');

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(START_USAGE);
    return 0;
  }
  return serve(options, (options.json ? jsonConsole : humanConsole)(process, options));
}

function readOptions(args: readonly string[]): StartOptions | undefined {
  try {
    return parseStartOptions(args);
  } catch (error) {
    process.stderr.write(`error: ${explain(error).message}\n`);
    return undefined;
  }
}

/** Serves until asked to stop, and leaves nothing running. Resolves to the exit code. */
async function serve(options: StartOptions, console: Console): Promise<number> {
  const closers = new Closers();
  const stop = new AbortController();
  const { whenOver, end } = ending();
  let isAsked = false;
  const finish = (reason: string) => {
    isAsked = true;
    console.notice(`\n${reason}: closing the connections, then the database`);
    stop.abort(new Error(reason));
    end(0);
  };
  onStopSignal(finish);
  const context: StartContext = {
    ...{ root: ROOT, options, closers, stop },
    steps: createSteps({ now: () => performance.now(), onEnded: console.stepEnded, onChange: console.underWay }),
    onEvent: console.event,
    ...(options.watch && { watch: { notice: console.notice, error: console.error } }),
    onDatabaseEnded(lastWords) {
      console.error(new ClearError('the database ended by itself: start again', { details: lastWords }));
      end(1);
    },
  };
  if (options.faults) console.notice(faultsLine(options.faults));
  await watchNpm(() => finish('npm is gone'));
  try {
    console.ready(await startApp(context));
  } catch (error) {
    // A start that was interrupted fails in one way or another: nobody wants to read how.
    if (!isAsked) console.error(error);
    end(1);
  }
  const exitCode = await whenOver;
  await closers.closeAll();
  return exitCode;
}

/** The first call of `end` decides. */
function ending(): { readonly whenOver: Promise<number>; readonly end: (exitCode: number) => void } {
  let end: (exitCode: number) => void = () => undefined;
  const whenOver = new Promise<number>((resolve) => {
    end = resolve;
  });
  return { whenOver, end };
}

// Whoever reads our output may leave before us (a closed terminal, `| head`): that must not crash a clean end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`error: ${explain(error).message}\n${explain(error).details}\n`);
    process.exit(1);
  },
);
