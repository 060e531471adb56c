import type { Section } from '../section';
import { accounts } from './accounts';
import { blocks } from './blocks';
import { devices } from './devices';
import { facts } from './facts';
import { frames } from './frames';
import { friends } from './friends';
import { groups } from './groups';
import { measurements } from './measurements';
import { messages } from './messages';
import { vanish } from './vanish';

/** The longest ones first: the others run beside them. Latencies are measured when nothing else runs. */
export const SECTIONS: readonly (Section & { readonly runsAlone?: true })[] = [
  vanish,
  friends,
  messages,
  blocks,
  facts,
  accounts,
  groups,
  devices,
  frames,
  { ...measurements, runsAlone: true },
];
