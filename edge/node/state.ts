import type { Clock } from '../../control/base/clock.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { Health } from '../../control/health/health.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { Store } from '../../control/store/store.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { SenderClass } from '../../control/inventory/senders.ts';
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

const senderClasses: readonly SenderClass[] = ['local', 'mobile', 'tollfree', 'shortcode', 'alphanumeric'];

/** A queue that has waited this long is more than its senders' pace explains. */
const staleQueueMs = 3_600_000;

/** Registers what `/healthz` looks at. */
export function edgeHealth(health: Health, { links, messaging, calls, clock }: Rooms): void {
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
    for (const [senderClass, { oldestMs }] of messaging.depths()) {
      const ageMs = clock.now() - oldestMs;
      if (ageMs > staleQueueMs) {
        return {
          ok: false,
          words: `${senderClass} messages have waited for ${Math.round(ageMs / 60_000)} minutes`,
        };
      }
    }
    return { ok: true, words: 'no message has waited for an hour' };
  });
}

/** Sets the gauges before a scrape. */
export function sampleEdge({ instruments }: Metrics, { store, messaging, links, calls, clock }: Rooms): void {
  instruments.storeBytes().set(store.sizeBytes);
  const depths = messaging.depths();
  for (const senderClass of senderClasses) {
    const depth = depths.get(senderClass);
    const waits = depth !== undefined && Number.isFinite(depth.oldestMs);
    instruments.queueSegments(senderClass).set(depth?.segments ?? 0);
    instruments.queueAge(senderClass).set(waits ? (clock.now() - depth.oldestMs) / 1000 : 0);
  }
  for (const { name, link } of links.values()) {
    const stats = link.stats();
    instruments.linkWindowUsed(name).set(stats.windowUsed);
    instruments.linkWindow(name).set(stats.windowSize);
  }
  if (calls === null) return;
  instruments.callsInProgress().set(calls.voice.load.live);
  instruments.callsQueued().set(calls.voice.load.queued);
  for (const trunk of calls.sip.signalling.trunkStates()) {
    instruments.trunkCalls(trunk.name).set(trunk.calls);
  }
}

/** The answer to `strowger status`. */
export function edgeStatus({ store, messaging, links, webhooks, calls, clock }: Rooms): Json {
  const queues = Array.from(messaging.depths(), ([senderClass, { segments, oldestMs }]) => ({
    class: senderClass,
    segments,
    oldest_seconds: Number.isFinite(oldestMs) ? Math.round((clock.now() - oldestMs) / 1000) : 0,
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
