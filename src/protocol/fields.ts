import * as v from 'valibot';
import { isUserId, normaliseHandle } from './handle';
import type { ConnectionId, ConversationId, GroupId, MessageId, Ref } from './ids';
import {
  GROUP_DESCRIPTION_BYTES_MAX,
  GROUP_ID_LENGTH_MAX,
  GROUP_NAME_LENGTH_MAX,
  HEARTBEAT_SECONDS_MAX,
  HEARTBEAT_SECONDS_MIN,
  HISTORY_MESSAGES_MAX,
  MESSAGE_ID_LENGTH_MAX,
  PASSWORD_BYTES_MAX,
  PASSWORD_LENGTH_MIN,
  PRESENCE_USERS_MAX,
  REF_LENGTH_MAX,
  SYNC_CURSORS_MAX,
  TEXT_BYTES_MAX,
  TOKEN_LENGTH_MAX,
} from './limits';
import type { RefusalCode } from './refusal';
import { codePointLength, utf8Length } from './text';

/** Of imported functions esbuild does not know that they only make something; of this one it does, and leaves out what no route uses. */
// @__NO_SIDE_EFFECTS__
function schema<Schema>(make: () => Schema): Schema {
  return make();
}

/** A field whose own code is more telling than `bad_field` names it as its message; `decode.ts` reads it there. */
const refuseWith = (code: RefusalCode) => code;

// JSON can carry half a surrogate pair (RFC 8259 §8.2). UTF-8 cannot: what is stored would not be what was sent.
const text = schema(() =>
  v.pipe(
    v.string(),
    v.check((value) => value.isWellFormed(), 'must be well-formed Unicode'),
  ),
);

const printable = (lengthMax: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
    v.maxLength(lengthMax, `must be at most ${lengthMax} characters long`),
  );

const isRef = (value: unknown): value is Ref =>
  Number.isSafeInteger(value) || (typeof value === 'string' && value.length <= REF_LENGTH_MAX);

/** A client's mark on a command, which the reply repeats. */
export const ref = schema(() =>
  v.pipe(v.unknown(), v.guard(isRef, `must be a string of at most ${REF_LENGTH_MAX} characters or a whole number`)),
);

export const user = schema(() =>
  v.pipe(text, v.transform(normaliseHandle), v.guard(isUserId, refuseWith('bad_handle'))),
);

const usersRange = `must name 1 to ${PRESENCE_USERS_MAX} users`;

export const users = schema(() =>
  v.pipe(v.array(user), v.minLength(1, usersRange), v.maxLength(PRESENCE_USERS_MAX, usersRange)),
);

const anyPassword = schema(() =>
  v.pipe(
    text,
    v.check((value) => utf8Length(value) <= PASSWORD_BYTES_MAX, refuseWith('password_too_long')),
  ),
);

/** A password that somebody has. It is not held to the rules for new ones, which may have been others at the time. */
export const password = anyPassword;

export const newPassword = schema(() =>
  v.pipe(
    anyPassword,
    v.check((value) => codePointLength(value) >= PASSWORD_LENGTH_MIN, refuseWith('weak_password')),
  ),
);

/** What the server issued. Whatever else it may be, it is no login. */
export const token = schema(() => printable(TOKEN_LENGTH_MAX));

export const messageText = schema(() =>
  v.pipe(
    text,
    v.check((value) => value.trim() !== '', refuseWith('text_empty')),
    v.check((value) => utf8Length(value) <= TEXT_BYTES_MAX, refuseWith('text_too_long')),
  ),
);

export const messageId = schema(() =>
  v.pipe(
    printable(MESSAGE_ID_LENGTH_MAX),
    v.transform((value) => value as MessageId),
  ),
);

const CONNECTION_ID_LENGTH_MAX = 128; // API Gateway's have 16.

/** Never trusted: it only names one of the caller's own connections, or nothing. */
export const connection = schema(() =>
  v.pipe(
    printable(CONNECTION_ID_LENGTH_MAX),
    v.transform((value) => value as ConnectionId),
  ),
);

/** A position in a log; 0 stands before the first message. */
export const seq = schema(() =>
  v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be below 0')),
);

const CONVERSATION_BYTES_MAX = 300; // Two handles of 32 code points with 4 bytes each, and "dm::". A group's is shorter.

/** Never trusted: it only names an entry in the caller's own inbox, or nothing. */
export const conversation = schema(() =>
  v.pipe(
    text,
    v.check((value) => value !== '' && utf8Length(value) <= CONVERSATION_BYTES_MAX, 'is not a conversation'),
    v.transform((value) => value as ConversationId),
  ),
);

/** Never trusted: whoever names a group is looked for among its members. */
export const group = schema(() =>
  v.pipe(
    printable(GROUP_ID_LENGTH_MAX),
    v.transform((value) => value as GroupId),
  ),
);

export const groupName = schema(() =>
  v.pipe(
    text,
    v.check((value) => value.trim() !== '', 'must not be empty'),
    v.check(
      (value) => codePointLength(value) <= GROUP_NAME_LENGTH_MAX,
      `must be at most ${GROUP_NAME_LENGTH_MAX} characters long`,
    ),
  ),
);

export const groupDescription = schema(() =>
  v.pipe(
    text,
    v.check(
      (value) => utf8Length(value) <= GROUP_DESCRIPTION_BYTES_MAX,
      `must be at most ${GROUP_DESCRIPTION_BYTES_MAX} bytes long`,
    ),
  ),
);

/** A device's own cursors: by conversation, the last seq that it has. */
export const cursors = schema(() =>
  v.pipe(
    v.record(conversation, seq),
    v.check(
      (value) => Object.keys(value).length <= SYNC_CURSORS_MAX,
      `must name at most ${SYNC_CURSORS_MAX} conversations`,
    ),
  ),
);

const pageRange = `must be 1 to ${HISTORY_MESSAGES_MAX}`;

/** How many messages one page may have. */
export const pageLimit = schema(() =>
  v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(1, pageRange),
    v.maxValue(HISTORY_MESSAGES_MAX, pageRange),
  ),
);

const heartbeatRange = `must be ${HEARTBEAT_SECONDS_MIN} to ${HEARTBEAT_SECONDS_MAX} seconds`;

/** How often, in seconds, the client promises to send something. */
export const heartbeat = schema(() =>
  v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(HEARTBEAT_SECONDS_MIN, heartbeatRange),
    v.maxValue(HEARTBEAT_SECONDS_MAX, heartbeatRange),
  ),
);
