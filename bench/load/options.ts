import { parseArgs } from 'node:util';
import { readWhole } from '../options/whole';

export interface Sizes {
  readonly users: number;
  /** Messages a second, of all together. */
  readonly rate: number;
  readonly seconds: number;
  readonly groupSize: number;
}

export interface LoadOptions extends Sizes {
  /** Undefined for `npm start`. */
  readonly url: string | undefined;
  /** The file that the plot is written to. */
  readonly plot: string;
}

/** One process drives all clients: beyond these it would measure itself. @throws Error, one line, for what is not understood. */
export function readLoadOptions(args: readonly string[]): LoadOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      users: { type: 'string', default: '100' },
      rate: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '30' },
      group: { type: 'string', default: '20' },
      plot: { type: 'string', default: 'load.svg' },
    },
  });
  return {
    url: values.url,
    users: readWhole('users', values.users, 10_000),
    rate: readWhole('rate', values.rate, 1_000),
    seconds: readWhole('seconds', values.seconds, 7_200),
    groupSize: readWhole('group', values.group, 256),
    plot: values.plot,
  };
}
