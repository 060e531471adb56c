import type { FunctionName } from './function-name';

/** What a function gets, and why it gets it. */
export interface FunctionSize {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Executions at once, where `reservedConcurrency` asks for it: kept free for this function, and its most. */
  readonly reserved: number;
}

/**
 * A route answers a client who waits. 10 s is below API Gateway's 29 s by far: whoever waits longer has given up. CPU comes
 * with memory, and most of a short invocation is CPU (signing, parsing).
 */
const ROUTE = { timeoutSeconds: 10, memoryMb: 512 } as const;

/**
 * These hash a password, which takes one core 0.19 s (scrypt, measured at 2.8 GHz). Lambda gives a whole core with 1,769 MB, and a
 * part of one with less: with 512 MB it would be 0.66 s. A hash costs the same either way, half as much memory for twice as long;
 * what costs more is a login by token, which hashes nothing: about a dollar for a million. The timeout leaves room for two hashes.
 */
const HASHING = { timeoutSeconds: 10, memoryMb: 1_769 } as const;

/**
 * Every function of `ChatApi`. A reservation also caps what one flooded route may take from the others. The figures are for
 * an account's usual 1,000, of which AWS keeps 100 unreserved. An execution is busy for 10 to 60 ms (bench/README.md counts
 * its requests), but takes no more than ten invocations in a second, however short they are (Lambda Developer Guide, "Lambda
 * quotas"): so 10 of them serve 100 commands a second. A test holds the sum, an authorizer's among them.
 */
export const FUNCTION_SIZES: Readonly<Record<FunctionName, FunctionSize>> = {
  // API Gateway admits 500 new connections a second to an account: ten a second for each of these.
  $connect: { ...ROUTE, reserved: 50 },
  // When a network fails, all of its sockets close at once: AWS repeats what is throttled, and the sweep finds the rest.
  $disconnect: { ...ROUTE, reserved: 60 },
  $default: { ...ROUTE, reserved: 5 },
  // 40 new accounts a second.
  reg: { ...HASHING, reserved: 10 },
  // After an outage everybody comes back, by token: 1,000 a second; by password, some 300. Whoever guesses gets no more of it.
  login: { ...HASHING, reserved: 100 },
  logout: { ...ROUTE, reserved: 20 },
  // Two hashes: 10 a second.
  passwd: { ...HASHING, reserved: 5 },
  // 45,000 clients, each with a ping after 45 s, are 1,000 of them a second.
  ping: { ...ROUTE, reserved: 100 },
  // 1,100 messages a second, as long as they are told within a tenth of one.
  chat: { ...ROUTE, reserved: 110 },
  history: { ...ROUTE, reserved: 40 },
  sync: { ...ROUTE, reserved: 40 },
  ack: { ...ROUTE, reserved: 100 },
  typing: { ...ROUTE, reserved: 40 },
  createGroup: { ...ROUTE, reserved: 10 },
  joinGroup: { ...ROUTE, reserved: 20 },
  leaveGroup: { ...ROUTE, reserved: 10 },
  members: { ...ROUTE, reserved: 10 },
  block: { ...ROUTE, reserved: 5 },
  presence: { ...ROUTE, reserved: 20 },
  devices: { ...ROUTE, reserved: 5 },
  addFriend: { ...ROUTE, reserved: 10 },
  removeFriend: { ...ROUTE, reserved: 5 },
  // A minute of passes, the first half-minute of what they found, and the margin for what is under way. It mostly sleeps, and is
  // paid for that by its memory. A run may end after the next has begun, and a third is for an event that comes twice.
  sweep: { timeoutSeconds: 110, memoryMb: 256, reserved: 3 },
  // A hundred flips, each with hundreds of devices to tell, some dead and slow to say so. One execution per shard of the stream.
  announce: { timeoutSeconds: 60, memoryMb: 512, reserved: 20 },
  // A page of members, some of whose devices are dead and slow to say so. Pushing is CPU, which costs the same whatever comes with the memory: a
  // whole core is where it is fastest per dollar, a third of the time of 512 MB (`npm run bench:fan-out`).
  'fan-out': { timeoutSeconds: 60, memoryMb: 1_769, reserved: 50 },
};
