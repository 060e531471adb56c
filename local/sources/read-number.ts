import { type Resource, Unsupported } from '../app/template';

/** A whole number among a resource's properties. @throws Unsupported if it is out of its range. */
export function numberOf(
  resource: Resource,
  name: string,
  { byDefault, min, max }: { readonly byDefault: number; readonly min: number; readonly max: number },
): number {
  const value = resource.properties[name];
  if (value === undefined) return byDefault;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Unsupported(resource, `${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
}
