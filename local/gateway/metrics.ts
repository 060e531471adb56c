import type { Answer } from './integration';

/** CloudWatch's statistics of a metric that is a time, in milliseconds. The extremes of nothing are 0. */
export interface LatencyStatistics {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

/** The metrics of namespace AWS/ApiGateway (Developer Guide, "Monitor WebSocket API execution with CloudWatch metrics"). */
export interface GatewayMetrics {
  /** Messages sent to the integration of `$connect`. */
  readonly ConnectCount: number;
  /** Messages from or to clients, the pushed ones included. */
  readonly MessageCount: number;
  /** Answers of integrations with a 4xx or 5xx status. */
  readonly IntegrationError: number;
  /** 4xx answers of the gateway itself, before any integration: refused upgrades, Forbidden frames, throttled messages. */
  readonly ClientError: number;
  /** Calls of integrations that failed: thrown, malformed, refused by Lambda, timed out. */
  readonly ExecutionError: number;
  /** "Suppressed for callbacks and mock integrations." */
  readonly IntegrationLatency: LatencyStatistics;
}

/** Counts since the start: there are no periods here. */
export class Metrics {
  readonly #counts = { ConnectCount: 0, MessageCount: 0, IntegrationError: 0, ClientError: 0, ExecutionError: 0 };
  #latency: LatencyStatistics = { SampleCount: 0, Sum: 0, Minimum: 0, Maximum: 0 };

  connect(): void {
    this.#counts.ConnectCount += 1;
  }

  message(): void {
    this.#counts.MessageCount += 1;
  }

  clientError(): void {
    this.#counts.ClientError += 1;
  }

  answered(answer: Answer): void {
    if (answer.kind !== 'response') this.#counts.ExecutionError += 1;
    // A redirect is nothing that a WebSocket could follow, but CloudWatch counts 4xx and 5xx only.
    else if (answer.response.statusCode >= 400) this.#counts.IntegrationError += 1;
  }

  latency(ms: number): void {
    const { SampleCount, Sum, Minimum, Maximum } = this.#latency;
    this.#latency = {
      SampleCount: SampleCount + 1,
      Sum: Sum + ms,
      Minimum: SampleCount === 0 ? ms : Math.min(Minimum, ms),
      Maximum: Math.max(Maximum, ms),
    };
  }

  read(): GatewayMetrics {
    return { ...this.#counts, IntegrationLatency: this.#latency };
  }
}
