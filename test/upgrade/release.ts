import { readProfileRecords } from '../../src/adapters/lambda/stream-event';
import { passwords } from '../../src/adapters/node/passwords';
import { tokens } from '../../src/adapters/node/tokens';
import { toJob } from '../../src/adapters/sqs/fan-out';
import { answerFrame } from '../../src/domain/frames/answer-frame';
import { sweep } from '../../src/domain/presence/sweep';
import * as routes from '../../src/routes';
import * as tasks from '../../src/tasks';
import { storesOn } from '../tooling/stores-on';

/** What a release runs, as one thing: `keep.ts` bundles it, and the next release runs beside that bundle. */
export const thisRelease = {
  storesOn,
  readProfileRecords,
  passwords,
  tokens,
  toJob,
  answerFrame,
  sweep,
  routes,
  tasks,
};
