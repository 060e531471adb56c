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

/** Parts of `releaseConnection`: find and delete the row, and flip the user. */
export const RELEASE = {
  connections: ['dynamodb:GetItem', 'dynamodb:DeleteItem'],
  chat: ['dynamodb:UpdateItem'],
} as const;

/** Parts of `deliverMessage`: inboxes, members, connections, and the queue of large groups. */
export const DELIVER = {
  chat: [...RELEASE.chat, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  fanOut: ['sqs:SendMessage'],
} as const;
