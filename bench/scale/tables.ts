import type { Usage } from '../bill/month';
import { type Cell, table } from '../report/table';
import { count, duration, share, significant, sizeOf } from './format';
import { bindsAt, limitsOf } from './limits';
import { loadOf, type Measured } from './load';
import { asksFor, billFor, LONGEST_PING, massEnd } from './plan';
import { QUOTAS_OF, quotas } from './quotas';
import { type Played, play, requestsPerUser, SCENARIOS } from './returns';
import { spotsOf } from './spots';

/** Users online at the peak. */
export const SIZES = [10_000, 1_000_000, 10_000_000] as const;

/** All that `npm run scale` prints, for so many users online: tables of Markdown, as they stand in SCALE.md. */
export function scaleTables(
  usage: Usage,
  sizes: readonly number[],
  measured: Measured,
): Readonly<Record<string, string>> {
  const online = sizes.map((users) => ({ ...usage, users }));
  return {
    'What one user online does in an hour, at the peak': actsTable(usage, measured),
    'What binds, at how many users online, and how much of it is used': limitsTable(usage, sizes, measured),
    'What one of something takes, a second': spotsTable(usage, measured),
    'Everybody is dropped at once: until all are offline': endsTable(online, measured),
    'Everybody is dropped at once: until all are back': returnsTable(usage, sizes, measured),
    'What to ask for, twice what the peak takes': asksTable(online, measured),
    'A month, in dollars': billTable(online, measured),
    [`Quotas, looked up on ${QUOTAS_OF}`]: quotasTable(),
  };
}

function actsTable(usage: Usage, measured: Measured): string {
  const { rates } = loadOf(usage, measured);
  const all = requestsPerUser({ rates });
  const rows = rates.map(({ name, perSecond, asked, run }) => {
    const hourly = [asked, run.callbacks, run.readUnits, run.writeUnits].map((each) => 3_600 * perSecond * each);
    const part = (100 * perSecond * (asked + run.callbacks)) / all;
    return [`\`${name}\``, ...[3_600 * perSecond, ...hourly].map(significant), `${part.toFixed(1)} %`];
  });
  return table(['', 'runs', 'requests', 'callbacks', 'read units', 'write units', 'of all requests'], rows);
}

function limitsTable(usage: Usage, sizes: readonly number[], measured: Measured): string {
  const head = ['what', 'allowed', 'binds at', ...sizes.map(sizeOf), 'lifted'];
  const rows = limitsOf(loadOf(usage, measured)).map((limit) => [
    limit.name,
    `${count(limit.allowed)} ${limit.unit}`,
    count(bindsAt(limit)),
    ...sizes.map((users) => share(users / bindsAt(limit))),
    limit.lifted,
  ]);
  return table(head, rows, [0, 1, head.length - 1]);
}

function spotsTable(usage: Usage, measured: Measured): string {
  const rows = spotsOf(loadOf(usage, measured)).map(({ what, perSecond, bound }) => [
    what,
    significant(perSecond),
    bound,
  ]);
  return table(['what', 'a second', 'bound by'], rows, [0, 2]);
}

function endsTable(online: readonly Usage[], measured: Measured): string {
  const head = [
    'online',
    'connections',
    'runs of `$disconnect`',
    'writes, new tables',
    'writes, tables',
    'without a goodbye: the sweep',
  ];
  const rows = online.map((usage) => {
    const { connections, runs, newTables, tables, swept } = massEnd(usage, measured);
    return [sizeOf(usage.users), count(connections), ...[runs, newTables, tables, swept].map(duration)];
  });
  return table(head, rows);
}

function returnsTable(usage: Usage, sizes: readonly number[], measured: Measured): string {
  const head = [
    ...['online', 'what is changed', '50 %', '99 %', 'all', 'at least'],
    ...['handshakes refused, each', 'lost again, each', 'handshakes/s', 'requests/s'],
  ];
  const load = loadOf(usage, measured);
  const rows = sizes.flatMap((users) =>
    SCENARIOS.map((scenario) => [sizeOf(users), scenario.name, ...returnCells(play(scenario, users, load))]),
  );
  return table(head, rows, [0, 1]);
}

function returnCells(played: Played): readonly Cell[] {
  const { half, nearlyAll, all, backShare, connections, hours } = played;
  const until = (seconds: number | undefined) => (seconds === undefined ? '–' : duration(seconds));
  return [
    ...[until(half), until(nearlyAll)],
    all === undefined ? `after ${hours} h ${share(backShare * 100)} %` : duration(all),
    duration(played.leastSeconds),
    ...[played.handshakesRefused, played.lostAgain].map((times) => significant(times / connections)),
    ...[played.handshakesPeak, played.requestsPeak].map(significant),
  ];
}

function asksTable(online: readonly Usage[], measured: Measured): string {
  const columns = online.flatMap((usage) => [usage, { ...usage, ping: LONGEST_PING }]);
  const asks = columns.map((usage) => asksFor(usage, measured));
  const head = ['what', ...columns.map(({ users, ping }) => `${sizeOf(users)}, a ping in ${ping} s`)];
  const rows = (asks[0] ?? []).map(({ what }, row) => [what, ...asks.map((ask) => significant(ask[row]?.amount ?? 0))]);
  return table(head, rows);
}

function billTable(online: readonly Usage[], measured: Measured): string {
  const columns = online.flatMap((usage) => [usage, { ...usage, ping: LONGEST_PING }]);
  const bills = columns.map((usage) => billFor(usage, measured));
  const services = Object.keys(bills[0]?.byService ?? {});
  const head = ['', ...columns.map(({ users, ping }) => `${sizeOf(users)}, a ping in ${ping} s`)];
  const rows = [
    ['users on a day', ...bills.map(({ accounts }) => count(accounts))],
    ...services.map((service) => [service, ...bills.map(({ byService }) => count(byService[service] ?? 0))]),
    ['**together**', ...bills.map(({ together }) => `**${count(together)}**`)],
    ['for each of them, in cents', ...bills.map(({ together, accounts }) => significant((100 * together) / accounts))],
  ];
  return table(head, rows);
}

function quotasTable(): string {
  const rows = Object.entries(quotas).map(([name, { value, unit, raised, sure, page }]) => {
    return [`\`${name}\``, `${count(value)} ${unit}`, raised, sure, `[guide](${page})`];
  });
  return table(['quota', 'by default', 'raised', 'sure', 'page'], rows, [0, 1, 2, 3, 4]);
}
