import type { Person } from '../dynamodb/read-presence';
import { displayWidth, padColumns, withoutControls } from './display-width';
import { plain, type Style } from './style';

const GAP = '  ';
const HEADINGS = ['USER', 'STATE', 'LAST SEEN', 'DEVICES'];

/** Everyone, one line each and one more for each further device, aligned by what a terminal shows. */
export function whoTable(people: readonly Person[], style: Style = plain): string {
  if (people.length === 0) return 'Nobody has registered yet.\n';
  const rows = people.flatMap(rowsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(displayWidth(heading), ...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => padColumns(cell, column === cells.length - 1 ? 0 : (widths[column] ?? 0)));
  const lines = rows.map((row) => {
    const [user = '', state = '', ...rest] = line(row);
    return [user, state.startsWith('online') ? style('green', state) : state, ...rest].join(GAP).trimEnd();
  });
  const online = people.filter(({ state }) => state === 'online').length;
  const heading = style('bold', line(HEADINGS).join(GAP));
  return `${[heading, ...lines].join('\n')}\n\n${online} of ${people.length} online\n`;
}

function rowsOf(person: Person): readonly (readonly string[])[] {
  const lastSeen = person.state === 'online' ? 'now' : isoTime(person.lastSeen);
  const [first = '', ...others] = person.devices.map((device) => {
    const parts = [
      device.sourceIp ?? '',
      device.connectedAt === undefined ? '' : `since ${isoTime(device.connectedAt)}`,
    ];
    return withoutControls(
      [device.connectionId, ...parts, device.userAgent ?? ''].filter((part) => part !== '').join(GAP),
    );
  });
  return [
    [withoutControls(person.userId), person.state, lastSeen, first],
    ...others.map((device) => ['', '', '', device]),
  ];
}

/** To the second, in UTC: people in several time zones compare these. */
function isoTime(at: number | undefined): string {
  return at === undefined ? '-' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
