import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort } from '../../local/process/free-port';
import { isAlive } from '../../local/process/process-identity';
import { type Child, eventually, npm, START_MS_MAX } from './children';
import { type Frame, Wscat } from './wscat';

const PASSWORD = 'correct horse';

interface Person {
  readonly userId: string;
  readonly state: string;
  readonly lastSeen?: number;
  readonly devices: readonly unknown[];
}

/** What a person does who tries Rollcall, with the programs that they do it with. Each step builds on those before. */
describe('from npm start to a restart', () => {
  const children: Child[] = [];
  let folder: string;
  let port: number;
  let webPort: number;
  let app: Child;
  let zhang: Wscat;
  let li: Wscat;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'walkthrough-'));
    [port, webPort] = await Promise.all([findFreePort(), findFreePort()]);
    app = await start();
  }, START_MS_MAX);

  afterAll(async () => {
    const pid = await pidOfApp();
    for (const child of children) child.kill();
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<Child> {
    const flags = ['--port', String(port), '--web-port', String(webPort), '--database', folder];
    const child = npm('start', '--', ...flags);
    children.push(child);
    await eventually('ready line', () => child.stdout.includes('Rollcall is ready') || undefined, START_MS_MAX);
    return child;
  }

  async function pidOfApp(): Promise<number | undefined> {
    const text = await readFile(join(folder, 'lock.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
  }

  async function open(): Promise<Wscat> {
    const wscat = await Wscat.open(`ws://localhost:${port}/dev`);
    children.push(wscat.child);
    return wscat;
  }

  async function who(): Promise<readonly Person[]> {
    const { stdout } = await npm('run', '--silent', 'who', '--', '--port', String(port), '--json').ended();
    return JSON.parse(stdout) as readonly Person[];
  }

  function login(wscat: Wscat, user: string): Promise<Frame> {
    return wscat.ask({ action: 'login', user, password: PASSWORD });
  }

  it('shows its steps, and a wscat line to copy', () => {
    expect(app.stdout).toMatch(/✓ synthesise .* s\n/);
    expect(app.stdout).toMatch(/✓ create 2 tables/);
    expect(app.stdout).toContain(`npx wscat -c ws://localhost:${port}/dev\n`);
  });

  it('serves a page that knows where the API is, and that it runs on a laptop', async () => {
    const page = await fetch(`http://localhost:${webPort}/`);
    const config = await fetch(`http://localhost:${webPort}/config.json`);

    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await config.json()).toEqual({ url: `ws://localhost:${port}/dev`, isLocal: true });
  });

  it('registers two people, and logs them in', async () => {
    [zhang, li] = await Promise.all([open(), open()]);

    for (const [wscat, user] of [[zhang, '张三'] as const, [li, '李四'] as const]) {
      expect(await wscat.ask({ action: 'reg', user, password: PASSWORD })).toMatchObject({ type: 'reply', ok: true });
      expect(await login(wscat, user)).toMatchObject({ type: 'reply', ok: true, user });
    }

    const people = (await who()).map(({ userId, state }) => `${userId} ${state}`);
    expect(people).toEqual(['张三 online', '李四 online']);
  });

  it('delivers a message', async () => {
    const ack = await li.ask({ action: 'chat', to: '张三', text: '你好' });
    const message = await zhang.next(({ type }) => type === 'message');

    expect(ack).toMatchObject({ type: 'reply', ok: true, seq: 1 });
    expect(message).toMatchObject({ from: '李四', text: '你好', seq: 1 });
  });

  it('prints one line per event', async () => {
    const line = await eventually('line of the chat', () => app.stdout.split('\n').find((l) => l.includes(' chat ')));

    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}chat +\S+= {2}李四 +200 +[\d.]+ ms {2}[\d.]+ R [\d.]+ W in \d+/);
  });

  it('shows somebody offline within a second of their client’s death', async () => {
    const killedAt = Date.now();
    zhang.child.process.kill('SIGKILL');

    const offline = await eventually('张三 offline', async () =>
      (await who()).find(({ userId, state }) => userId === '张三' && state === 'offline'),
    );

    expect(offline.devices).toEqual([]);
    expect(offline.lastSeen).toBeGreaterThanOrEqual(killedAt - 1);
    expect(offline.lastSeen).toBeLessThan(killedAt + 1_000);
  });

  it('keeps a message for somebody who is offline until they log in', async () => {
    const ack = await li.ask({ action: 'chat', to: '张三', text: '还在吗' });
    zhang = await open();
    const snapshot = await login(zhang, '张三');

    expect(ack).toMatchObject({ type: 'reply', ok: true, seq: 2 });
    expect(snapshot.messages).toContainEqual(expect.objectContaining({ from: '李四', text: '还在吗', seq: 2 }));
  });

  it('ends when npm alone is killed', async () => {
    const pid = (await pidOfApp()) ?? 0;

    app.process.kill('SIGKILL');

    await eventually('end of the app', () => (isAlive(pid) ? undefined : true));
    expect(await pidOfApp()).toBeUndefined();
  });

  it(
    'shows nobody online after the restart, and has kept the accounts and the messages',
    async () => {
      app = await start();

      const states = (await who()).map(({ state }) => state);
      [zhang, li] = await Promise.all([open(), open()]);
      const [snapshot, other] = await Promise.all([login(zhang, '张三'), login(li, '李四')]);

      expect(states).toEqual(['offline', 'offline']);
      expect(other).toMatchObject({ type: 'reply', ok: true });
      expect(snapshot.messages).toEqual([
        expect.objectContaining({ text: '你好', seq: 1 }),
        expect.objectContaining({ text: '还在吗', seq: 2 }),
      ]);
    },
    START_MS_MAX,
  );

  it('refuses a second start on the same folder, in one line', async () => {
    const ports = await Promise.all([findFreePort(), findFreePort()]);
    const [second, secondWeb] = ports.map(String);

    const ended = await npm(
      'start',
      '--silent',
      '--',
      '--port',
      `${second}`,
      '--web-port',
      `${secondWeb}`,
      '--database',
      folder,
    ).ended();

    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(/^error: .* is in use by process \d+ \(port \d+\): stop it, or pass --database .*\n$/);
  });

  it('ends cleanly with Ctrl-C: clients are told, nobody is online, nothing is left', async () => {
    const pid = (await pidOfApp()) ?? 0;

    app.interrupt();
    const [{ stdout }, client] = await Promise.all([app.ended(), zhang.child.ended()]);

    expect(stdout).toMatch(/\$disconnect .*张三/);
    expect(client.code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await pidOfApp()).toBeUndefined();
  });
});

describe('npm start that cannot', () => {
  let server: Server;
  let taken: number;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    taken = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => {
    server.close();
  });

  it.each([
    [() => ['--colour'], /^error: Unknown option '--colour'.*See --help\.\n$/],
    [() => ['--port', 'http'], /^error: --port must be a whole number from 0 to 65535, not "http"\. See --help\.\n$/],
    [() => ['--port', String(taken)], /^error: port \d+ is taken: stop .*, or pass --port with another port\n$/],
    [
      () => ['--port', '0', '--web-port', String(taken)],
      /^error: port \d+ is taken: stop .*, or pass --web-port .*\n$/,
    ],
  ])('says why in one line, and exits with an error (%#)', async (args, message) => {
    const ended = await npm('start', '--silent', '--', ...args()).ended();

    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(message);
    expect(ended.stdout).toBe('');
  });

  it('says what to do when nothing answers npm run who', async () => {
    const free = await findFreePort();

    const ended = await npm('run', '--silent', 'who', '--', '--port', String(free)).ended();

    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      `error: nothing answers on port ${free}: run \`npm start\` first, or name --port, --stack or --endpoint\n`,
    );
  });
});
