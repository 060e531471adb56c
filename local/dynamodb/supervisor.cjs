// Runs the database for the gateway, and ends it when the gateway is gone. Usage: node supervisor.cjs COMMAND [ARG…]
//
// Its stdin is a pipe that nobody writes to: the kernel closes it when the gateway ends, however it ends (kill -9
// included), so the database never outlives the process that started it. Plain JavaScript, so that it starts in
// milliseconds and needs no compiler.
const { spawn } = require('node:child_process');

/** SQLite closes its journal within this; a database that needs longer hangs. */
const STOP_MS_MAX = 3_000;

const [command, ...args] = process.argv.slice(2);

// A group of its own: with npx there is a process in between, and a signal to the group reaches both.
const engine = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: process.platform !== 'win32',
});

function signal(name) {
  try {
    if (process.platform === 'win32') engine.kill(name);
    else process.kill(-engine.pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
}

function stop() {
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), STOP_MS_MAX);
}

engine.once('error', (error) => {
  process.stderr.write(`${error.message}\n`, () => process.exit(127));
});
engine.once('exit', (code) => process.exit(code ?? 1));

process.stdin.once('close', stop).resume();
process.on('SIGTERM', stop);
// The terminal's Ctrl-C is for the gateway, whose last Lambdas still need the database.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
