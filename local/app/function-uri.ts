import type { LambdaDescription } from './description';
import type { Resolve } from './intrinsics';
import { type Resource, textOf, Unsupported } from './template';

/** The logical id of the function behind `arn:…:lambda:path/2015-03-31/functions/<arn of the function>/invocations`. */
export function functionOfUri(
  resource: Resource,
  uri: unknown,
  { resolve, functions }: { readonly resolve: Resolve; readonly functions: ReadonlyMap<string, LambdaDescription> },
): string {
  const name = /\/functions\/arn:[^/]*:function:([^/]+)\/invocations$/.exec(textOf(resolve(uri)))?.[1];
  const found = [...functions.values()].find(({ functionName }) => functionName === name);
  if (found === undefined) throw new Unsupported(resource, 'it does not lead to a function of this template');
  return found.logicalId;
}
