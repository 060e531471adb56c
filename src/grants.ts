type TableAction =
  | 'dynamodb:GetItem'
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:Query'
  | 'dynamodb:Scan'
  | 'dynamodb:PutItem'
  | 'dynamodb:UpdateItem'
  | 'dynamodb:DeleteItem'
  | 'dynamodb:ConditionCheckItem';

/** What a Lambda may do, and nothing else. A transaction needs the actions of its parts. */
export interface Grants {
  readonly connections?: readonly TableAction[];
  /** The index `byUser` of `Connections`. */
  readonly byUser?: readonly 'dynamodb:Query'[];
  readonly chat?: readonly TableAction[];
  /** The queue of large groups' deliveries. */
  readonly fanOut?: readonly 'sqs:SendMessage'[];
  /** The methods of `@connections`. */
  readonly sockets?: readonly ('POST' | 'GET' | 'DELETE')[];
}

/** Everything that one of the parts allows. */
// @__NO_SIDE_EFFECTS__
export function allOf(...parts: readonly Grants[]): Grants {
  const resources = new Set(parts.flatMap((part) => Object.keys(part) as (keyof Grants)[]));
  const allowed = [...resources].map((name) => [name, [...new Set(parts.flatMap((part) => part[name] ?? []))]]);
  return Object.fromEntries(allowed);
}

/** `touchConnection`: renews the lease and charges for the command, on both tables; an unknown connection is told so and closed. */
export const TOUCH: Grants = {
  connections: ['dynamodb:UpdateItem'],
  chat: ['dynamodb:UpdateItem'],
  sockets: ['POST', 'DELETE'],
};

/** Parts of `releaseConnection`: find and delete the row, and flip the user. */
export const RELEASE: Grants = {
  connections: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
  chat: ['dynamodb:UpdateItem'],
};

/** `pushToAll`: find out who is where, tell them, and release whoever turns out to be gone. */
export const PUSH: Grants = allOf(RELEASE, { chat: ['dynamodb:BatchGetItem'], sockets: ['POST', 'GET'] });

/** `deliverMessage`: inboxes, members, their connections, and the queue of large groups. */
export const DELIVER: Grants = allOf(PUSH, {
  chat: ['dynamodb:GetItem', 'dynamodb:Query'],
  fanOut: ['sqs:SendMessage'],
});
