import {
  APPEND_BEHIND_MAX,
  BLOCKS_MAX,
  FRAME_BYTES_MAX,
  FRIEND_REQUESTS_MAX,
  FRIENDS_MAX,
  GROUP_MEMBERS_MAX,
  GROUPS_MAX,
  HANDLE_LENGTH_MAX,
  PASSWORD_BYTES_MAX,
  PASSWORD_LENGTH_MIN,
  TEXT_BYTES_MAX,
} from './limits';

/** Every code that an error reply can carry, with the sentence that tells a person what to do. Each has a section in PROTOCOL.md. */
export const refusals = {
  bad_frame: `Send one JSON object with an "action", at most ${FRAME_BYTES_MAX} bytes.`,
  unknown_action: 'There is no such action. PROTOCOL.md lists them.',
  bad_field: 'A field is missing, unknown or of the wrong type.',
  bad_handle: `A user's name is 1 to ${HANDLE_LENGTH_MAX} letters and digits, of any script.`,
  weak_password: `Choose a password of at least ${PASSWORD_LENGTH_MIN} characters.`,
  common_password: 'This password is among the first that guessers try. Choose another.',
  password_too_long: `A password is at most ${PASSWORD_BYTES_MAX} bytes long.`,
  user_taken: 'Somebody has this name already. Choose another.',
  looks_alike: 'Somebody has a name that looks like this one. Choose another.',
  mixed_scripts: 'This name mixes letters or digits of different scripts. Write it in one.',
  wrong_credentials: 'There is no such user, or the password is wrong.',
  password_login_off:
    'This server knows its users by an identity provider. Connect with its token, and log in without a password.',
  too_many_attempts: 'There were too many failed logins. Wait as long as "retryAfter" says, then log in again.',
  already_logged_in: 'This connection is logged in as another user. Log out first.',
  not_logged_in: 'Log in first.',
  connection_gone: 'The server no longer knows this connection. Connect again.',
  no_such_user: 'There is no such user.',
  to_self: 'A message needs somebody else to go to.',
  text_empty: 'A message needs a text.',
  text_too_long: `A text is at most ${TEXT_BYTES_MAX} bytes long.`,
  no_such_conversation: 'You have no such conversation.',
  not_yet_sent: 'No message has this number yet.',
  behind: `More than ${APPEND_BEHIND_MAX} messages came after "after". Read them first, then send again.`,
  ahead: 'No message with the number "after" exists. Send the number of the last one that you know.',
  no_such_group: 'There is no such group.',
  group_taken: 'There is a group with this id. Choose another, or join it.',
  group_full: `A group has at most ${GROUP_MEMBERS_MAX} members.`,
  not_a_member: 'You are not a member of this group.',
  too_many_groups: `You are in ${GROUPS_MAX} groups already. Leave one first.`,
  blocked: 'You have blocked this user. Unblock them first.',
  too_many_blocks: `You have blocked ${BLOCKS_MAX} users already. Unblock one first.`,
  no_such_device: 'You are logged in on no such connection.',
  own_device: 'This is the connection that you are on. Log out instead.',
  too_many_friends: `You have ${FRIENDS_MAX} friends and requests already. Remove one first.`,
  too_many_requests: `This user has ${FRIEND_REQUESTS_MAX} requests to answer already. Try again later.`,
  too_fast: 'Too many commands came too fast. Wait for "retryAfter" seconds, then send this one again.',
  busy: 'Too much happens at once. Send the same command again in a moment.',
  internal: 'Something went wrong on our side. It has been recorded. Send the same command again.',
} as const;

export type RefusalCode = keyof typeof refusals;

interface RefusalOptions {
  /** Replaces the code's own sentence where more can be said. */
  readonly message?: string;
  readonly cause?: unknown;
  /** The reply is the last thing that this connection hears: see DESIGN.md §4, the fence. */
  readonly closesConnection?: boolean;
  /** After how many whole seconds the same command may succeed. */
  readonly retryAfter?: number;
}

/** An expected "no" to a command. Caught in one place, `answerFrame`, where it becomes an error reply. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly closesConnection: boolean;
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, options: RefusalOptions = {}) {
    super(options.message ?? refusals[code], { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.closesConnection = options.closesConnection ?? false;
    this.retryAfter = options.retryAfter;
  }
}
