import { Agent } from 'undici';
import type { Clock } from '../../control/base/clock.ts';
import { guardedConnector, systemResolve, type Resolve } from './connector.ts';
import { exchange, type Exchanged, type Sent } from './exchange.ts';
import { timeouts } from './failures.ts';
import { Gate } from './gate.ts';

export type HttpMethod = 'GET' | 'POST';

/** Whom Twilio says it is. */
export const userAgent = 'TwilioProxy/1.1';

/** Hears of every request, for metrics. */
export interface WebhookObserver {
  exchanged(report: {
    readonly purpose: 'webhook' | 'media';
    /** Whose it is: an account's SID. */
    readonly account: string;
    readonly method: HttpMethod;
    /** Without its query, where secrets may be. */
    readonly url: string;
    /** From the request's turn to the end of its answer; 0 if its turn did not come. */
    readonly durationMs: number;
    readonly status?: number;
    /** Twilio's code, where it failed without an answer. */
    readonly code?: number;
  }): void;
}

export interface TransportOptions {
  readonly clock: Clock;
  /** Lets requests reach private, loopback and link-local addresses. */
  readonly allowPrivate: boolean;
  /** Requests in progress at once, of all accounts. Default 500. */
  readonly maxConcurrent?: number;
  /** Connections to one origin. Default 64. */
  readonly connectionsPerHost?: number;
  /** Requests waiting for a connection, of all accounts. Default 20,000. */
  readonly waitingMax?: number;
  /** Certificate authorities in PEM, in place of the system's. */
  readonly ca?: string;
  readonly resolve?: Resolve;
  readonly observer?: WebhookObserver;
}

const tooManyWaiting = { code: 11205, detail: 'too many requests wait for a connection' };

/** Connections kept open, a bounded number of requests on them, every address checked: what all outbound HTTP shares. */
export class Transport {
  readonly clock: Clock;
  private readonly agent: Agent;
  private readonly gate: Gate;
  private readonly observer: WebhookObserver | undefined;

  constructor(options: TransportOptions) {
    const { clock, allowPrivate, ca, observer } = options;
    const perHost = options.connectionsPerHost ?? 64;
    this.clock = clock;
    this.observer = observer;
    this.gate = new Gate(clock, {
      maxConcurrent: options.maxConcurrent ?? 500,
      perHost,
      waitingMax: options.waitingMax ?? 20_000,
    });
    this.agent = new Agent({
      connect: guardedConnector({
        allowPrivate,
        resolve: options.resolve ?? systemResolve,
        ...(ca === undefined ? {} : { ca }),
      }),
      connections: perHost,
      pipelining: 1,
    });
  }

  /** Requests in progress and waiting. */
  get load(): { readonly active: number; readonly waiting: number } {
    return this.gate.load;
  }

  /** Sends a request of an account's when its turn has come. Waiting counts against its deadline. */
  async send(purpose: 'webhook' | 'media', account: string, sent: Sent): Promise<Exchanged> {
    const entry = await this.gate.enter(account, sent.origin, sent.deadlineMs - this.clock.monotonic());
    const { method } = sent;
    const query = sent.path.indexOf('?');
    const url = sent.origin + (query < 0 ? sent.path : sent.path.slice(0, query));
    if (entry !== 'entered') {
      const failure = entry === 'full' ? tooManyWaiting : timeouts.total;
      this.observer?.exchanged({ purpose, account, method, url, durationMs: 0, code: failure.code });
      return { ok: false, failure };
    }
    const begunMs = this.clock.monotonic();
    const result = await exchange(this.agent, this.clock, sent, () => this.gate.leave(account, sent.origin));
    this.observer?.exchanged({
      purpose,
      account,
      method,
      url,
      durationMs: this.clock.monotonic() - begunMs,
      ...(result.ok ? { status: result.status } : { code: result.failure.code }),
    });
    return result;
  }

  /** Ends all connections; requests in progress fail. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
