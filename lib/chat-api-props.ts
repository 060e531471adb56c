import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ChatDomain } from './domain';
import type { IdentityProps } from './identity';
import type { ObservedProps } from './observed';
import type { ReservedConcurrency } from './reserved-concurrency';
import type { Tunables } from './tunables';
import type { WatchProps } from './watch';

/** All of it may be left out. There is no VPC to choose: nothing here runs in one, or needs one. */
export interface ChatApiProps extends Tunables, IdentityProps, ObservedProps, WatchProps {
  /** The last part of the URL. @default 'dev' */
  readonly stageName?: string;
  /**
   * The sites whose pages may connect: `['https://chat.example.com']`. Programs that are no browsers send no origin, and may always. An
   * empty list: no page may. @default all
   */
  readonly allowedOrigins?: readonly string[];
  /** A name of one's own, in the place of API Gateway's. @default - API Gateway's */
  readonly domain?: ChatDomain;
  /**
   * Accounts and messages outlive the stack, and their table cannot be deleted until its protection is turned off. With `false`, they go
   * with the stack. What counts is what was deployed last, not what is said while destroying.
   *
   * @default true
   */
  readonly keepData?: boolean;
  /**
   * A copy of accounts and messages each day, in a vault of AWS Backup, kept this long, in whole days. Point-in-time recovery, to any second of
   * the last 35 days, is there without it.
   *
   * @default - none
   */
  readonly dailyBackups?: Duration;
  /**
   * Your own KMS key for tables, queues, logs and backups. It costs, and whoever takes it away takes the data. The policy of a key
   * that was made elsewhere (`Key.fromKeyArn`) must let CloudWatch Logs use it.
   *
   * @default - keys that AWS owns: everything is encrypted, either way
   */
  readonly encryptionKey?: IKey;
  /**
   * Messages (frames in either direction that a route takes) per second, and at once; API Gateway answers what is above with an error.
   *
   * @default 2,000 per second, 1,000 at once: below the quota that an account has for all of its APIs together in the smallest regions
   *   (2,500 and 1,250; in most, 10,000 and 5,000), so that a flood here leaves something to the others, and has a price that is known
   */
  readonly throttle?: Throttle;
  /**
   * Executions of each function that are kept free for it, and that it never exceeds, so that a flood of one route starves no other.
   *
   * @default false, since a new account may have no more than 10 executions in all, and its first deployment would fail: AWS keeps 100
   *   of an account's executions unreserved. Turn it on where the account has 1,000 (Service Quotas, "Concurrent executions")
   */
  readonly reservedConcurrency?: ReservedConcurrency;
  /** How long the functions' logs are kept. @default one month */
  readonly logRetention?: RetentionDays;
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}
