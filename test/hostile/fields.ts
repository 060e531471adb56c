import type * as v from 'valibot';
import type { Action } from '../../src/protocol/commands';
import * as commands from '../../src/protocol/commands';

/** The fields that an action's schema knows, read from it: a new field is attacked without anybody thinking of it. */
export function fieldsOf(action: Action): readonly string[] {
  const schema = commands[action];
  const object = 'pipe' in schema ? schema.pipe[0] : schema;
  return Object.keys((object as v.StrictObjectSchema<v.ObjectEntries, undefined>).entries);
}
