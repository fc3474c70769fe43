import type { Clock } from '../../control/base/clock.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { Health } from '../../control/health/health.ts';
import type { Store } from '../../control/store/store.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { WebhookClient } from '../webhook/client.ts';
import type { Calls } from './calls.ts';
import type { CarrierLink } from './links.ts';

/** The rooms whose state an operator asks for. */
export interface Rooms {
  readonly store: Store;
  readonly messaging: Messaging;
  readonly links: ReadonlyMap<string, CarrierLink>;
  readonly webhooks: WebhookClient;
  /** Null: this edge takes no calls. */
  readonly calls: Calls | null;
  readonly clock: Clock;
}

/** A queue that is this much later than its sender's pace explains stands still. */
const lateQueueMs = 600_000;

/** Registers what `/healthz` looks at. */
export function edgeHealth(health: Health, { links, messaging, calls }: Rooms): void {
  for (const link of links.values()) {
    health.register(`carrier ${link.name}`, () => ({
      ok: link.up,
      words: link.up ? 'bound' : `the SMPP link is ${link.state}; its messages wait or take other routes`,
    }));
  }
  if (calls !== null) {
    health.register('calls', () =>
      calls.lost === undefined
        ? { ok: true, words: 'the SIP server runs' }
        : { ok: false, words: `${calls.lost}; no call can be had until this edge is started anew` },
    );
  }
  for (const { name } of calls?.sip.signalling.trunkStates() ?? []) {
    health.register(`trunk ${name}`, () => {
      const trunk = calls?.sip.signalling.trunkStates().find((one) => one.name === name);
      if (trunk?.state === 'down')
        return { ok: false, words: 'the SIP trunk does not answer; its calls take other routes or fail' };
      if (trunk?.registration === 'failed')
        return { ok: false, words: 'the carrier does not let the SIP trunk register; it is tried again' };
      return {
        ok: true,
        words: trunk?.registration === 'registered' ? 'registered' : 'not known to be down',
      };
    });
  }
  health.register('queues', () => {
    for (const [senderClass, { lateMs }] of messaging.depths()) {
      if (lateMs < lateQueueMs) continue;
      const words = `a queue of ${senderClass} messages is ${Math.round(lateMs / 60_000)} minutes later than its sender's pace explains`;
      return { ok: false, words };
    }
    return { ok: true, words: "no queue is later than its sender's pace explains" };
  });
}

/** The answer to `strowger status`. */
export function edgeStatus({ store, messaging, links, webhooks, calls, clock }: Rooms): Json {
  const queues = Array.from(messaging.depths(), ([senderClass, { segments, oldestMs, lateMs }]) => ({
    class: senderClass,
    segments,
    oldest_seconds: Number.isFinite(oldestMs) ? Math.round((clock.now() - oldestMs) / 1000) : 0,
    late_seconds: Math.round(lateMs / 1000),
  }));
  return {
    links: Array.from(links.values(), ({ name, link, state }) => {
      const stats = link.stats();
      return {
        carrier: name,
        state,
        sessions: stats.sessions,
        sessions_bound: stats.sessionsBound,
        window_used: stats.windowUsed,
        window_size: stats.windowSize,
        throttles: stats.throttles,
      };
    }),
    trunks: (calls?.sip.signalling.trunkStates() ?? []).map(({ name, state, calls: busy, registration }) => ({
      carrier: name,
      state,
      calls: busy,
      registration,
    })),
    queues,
    calls: calls?.voice.load.live ?? 0,
    webhooks: webhooks.load,
    store_bytes: store.sizeBytes,
  };
}
