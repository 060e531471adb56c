import type { Construct } from 'constructs';
import * as routes from '../src/routes';
import * as tasks from '../src/tasks';
import { createFunction, type Surroundings } from './chat-function';
import type { ChatFunctions, FunctionName } from './function-name';
import { FUNCTION_SIZES } from './function-sizes';
import type { Reserved } from './reserved-concurrency';
import { lambdaFile, type RouteKey } from './route-key';

const rows = { ...routes, ...tasks };
const names = Object.keys(rows) as (keyof typeof rows)[];

/** The files in `lambdas/`, without their suffix. */
export const LAMBDA_FILES: readonly string[] = names.map(fileOf);

/** A Lambda for each row of `src/routes.ts` and `src/tasks.ts`. */
export function createFunctions(scope: Construct, surroundings: Surroundings, reserved: Reserved): ChatFunctions {
  const functions = names.map((name) => {
    const props = {
      file: fileOf(name),
      grants: rows[name].grants,
      size: FUNCTION_SIZES[name],
      reserved: reserved[name],
    };
    return [name, createFunction(scope, surroundings, props)] as const;
  });
  return Object.fromEntries(functions) as ChatFunctions;
}

/** A task's file has its name. */
function fileOf(name: FunctionName): string {
  return name in routes ? lambdaFile(name as RouteKey) : name;
}
