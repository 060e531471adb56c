/** What `config.json` says. */
export interface PageConfig {
  /** Where the gateway is. */
  readonly url: string;
  /** Served by `npm start`. */
  readonly isLocal?: boolean;
  /** In seconds: what the client promises, and how old it lets a connection become. The client's own where nothing is said. */
  readonly heartbeat?: number;
  readonly rolloverAfter?: number;
}
