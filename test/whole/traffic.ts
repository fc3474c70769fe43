import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { SmppLink } from '../../edge/smpp/link.ts';
import { sample } from '../smpp/sample.ts';
import { basic, type Credentials } from './edge-process.ts';

/** How often something succeeded, and what was the longest time between two successes. */
export class Pulse {
  count = 0;
  longestMs = 0;
  private lastMs = performance.now();

  beat(): void {
    const nowMs = performance.now();
    this.longestMs = Math.max(this.longestMs, nowMs - this.lastMs);
    this.lastMs = nowMs;
    this.count++;
  }
}

export interface TrafficOptions {
  readonly account: Credentials;
  /** Where REST is. */
  readonly api: string;
  /** Where tenants bind, and as whom. */
  readonly smpp: { readonly port: number; readonly systemId: string; readonly password: string };
  readonly from: string;
}

/**
 * A tenant at work: it creates messages by REST, over connections that it keeps and over a fresh one each time, and by
 * SMPP over a session that it binds anew whenever that ends. No two bodies are the same.
 */
export class Traffic {
  /** Bodies that were acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Every answer that is none, and every error, of REST. */
  readonly failures: string[] = [];
  readonly kept = new Pulse();
  readonly fresh = new Pulse();
  readonly smpp = new Pulse();
  private readonly options: TrafficOptions;
  private readonly keeping = new Agent({ keepAlive: true, maxSockets: 8 });
  private readonly link: SmppLink;
  private running = true;
  private next = 0;
  private readonly workers: Promise<void>[];

  constructor(options: TrafficOptions) {
    this.options = options;
    this.link = new SmppLink(
      {
        name: 'tenant',
        host: '127.0.0.1',
        ...options.smpp,
        tls: false,
        systemType: '',
        bind: 'transceiver',
        window: 4,
        sessions: 1,
        throughput: 0,
        reconnectMinMs: 10,
        reconnectMaxMs: 20,
      },
      { deliver: (_sm, reply) => reply(0), capacity: () => undefined, stateChanged: () => undefined },
    );
    this.link.start();
    this.workers = [
      ...Array.from({ length: 8 }, () => this.rest(this.keeping, this.kept)),
      ...Array.from({ length: 4 }, () => this.rest(undefined, this.fresh)),
      this.submits(),
    ];
  }

  /** How many messages are acknowledged by each way. */
  get counts(): readonly number[] {
    return [this.kept.count, this.fresh.count, this.smpp.count];
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.workers);
    await this.link.stop();
    this.keeping.destroy();
  }

  private async rest(agent: Agent | undefined, pulse: Pulse): Promise<void> {
    while (this.running) {
      const body = `rest ${this.next++}`;
      try {
        const status = await this.create(body, agent ?? false);
        if (status === 201) {
          this.acknowledged.add(body);
          pulse.beat();
        } else this.failures.push(`${agent === undefined ? 'fresh' : 'kept'}: ${status}`);
      } catch (error) {
        this.failures.push(`${agent === undefined ? 'fresh' : 'kept'}: ${String(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  private create(body: string, agent: Agent | false): Promise<number> {
    const { api, account, from } = this.options;
    const form = new URLSearchParams({ From: from, To: '+13125550001', Body: body }).toString();
    return new Promise((resolve, reject) => {
      const asked = request(`${api}/2010-04-01/Accounts/${account.sid}/Messages.json`, {
        method: 'POST',
        agent,
        headers: {
          authorization: basic(account),
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': form.length,
        },
      });
      asked.on('error', reject);
      asked.on('response', (reply) => {
        text(reply).then(() => resolve(reply.statusCode ?? 0), reject);
      });
      asked.end(form);
    });
  }

  private async submits(): Promise<void> {
    while (this.running) {
      if (this.link.capacity() > 0) {
        const body = `smpp ${this.next++}`;
        const sm = {
          ...sample,
          source: { ton: 1, npi: 1, addr: this.options.from.slice(1) },
          destination: { ton: 1, npi: 1, addr: '13125550002' },
          shortMessage: Buffer.from(body),
        };
        this.link.submit(sm, (outcome) => {
          if (outcome.kind !== 'accepted') return;
          this.acknowledged.add(body);
          this.smpp.beat();
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
