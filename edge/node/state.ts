import type { Clock } from '../../control/base/clock.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { Health } from '../../control/health/health.ts';
import type { Store } from '../../control/store/store.ts';
import type { EdgeState } from '../console/state.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { WebhookClient } from '../webhook/client.ts';
import type { Calls } from './calls.ts';
import type { CarrierLink } from './links.ts';
import type { Carried } from './premises.ts';

/** The rooms whose state an operator asks for. */
export interface Rooms {
  readonly store: Store;
  readonly messaging: Messaging;
  readonly links: ReadonlyMap<string, CarrierLink>;
  readonly webhooks: WebhookClient;
  /** Null: this edge takes no calls, or does not yet. */
  readonly calls: () => Calls | null;
  /** What the process before this one still has. */
  readonly predecessor: () => Carried | null;
  readonly clock: Clock;
}

/** A queue that is this much later than its sender's pace explains stands still. */
const lateQueueMs = 600_000;

/** Registers what `/healthz` looks at. */
export function edgeHealth(health: Health, { links, messaging }: Rooms): void {
  for (const link of links.values()) {
    health.register(`carrier ${link.name}`, () => ({
      ok: link.up,
      words: link.up ? 'bound' : `the SMPP link is ${link.state}; its messages wait or take other routes`,
    }));
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

/** Registers what `/healthz` looks at of calls. */
export function callsHealth(health: Health, calls: Calls): void {
  health.register('calls', () =>
    calls.lost === undefined
      ? { ok: true, words: 'the SIP server runs' }
      : { ok: false, words: `${calls.lost}; no call can be had until this edge is started anew` },
  );
  for (const { name } of calls.sip.signalling.trunkStates()) {
    health.register(`trunk ${name}`, () => {
      const trunk = calls.sip.signalling.trunkStates().find((one) => one.name === name);
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
}

/** How things are, for the console and for `strowger status`. */
export function edgeState(rooms: Rooms): EdgeState {
  const { store, messaging, links, webhooks, clock } = rooms;
  const calls = rooms.calls();
  const carried = rooms.predecessor();
  return {
    links: Array.from(links.values(), ({ name, link, state }) => {
      const { sessions, sessionsBound, windowUsed, windowSize, throttles } = link.stats();
      return { carrier: name, state, sessions, sessionsBound, windowUsed, windowSize, throttles };
    }),
    trunks: (calls?.sip.signalling.trunkStates() ?? []).map(({ name, state, calls: busy, registration }) => ({
      carrier: name,
      state,
      calls: busy,
      registration,
    })),
    queues: Array.from(messaging.depths(), ([senderClass, { segments, oldestMs, lateMs }]) => ({
      class: senderClass,
      segments,
      oldestSeconds: Number.isFinite(oldestMs) ? Math.round((clock.now() - oldestMs) / 1000) : 0,
      lateSeconds: Math.round(lateMs / 1000),
    })),
    calls: calls?.voice.load.live ?? 0,
    predecessor: carried && {
      pid: carried.pid,
      calls: carried.calls,
      forSeconds: Math.max(0, Math.round((clock.now() - carried.sinceMs) / 1000)),
      leftSeconds: Math.max(0, Math.round((carried.endByMs - clock.now()) / 1000)),
    },
    webhooks: webhooks.load,
    storeBytes: store.sizeBytes,
  };
}

/** The answer to `strowger status`. */
export function edgeStatus(rooms: Rooms): Json {
  const { links, trunks, queues, calls, predecessor, webhooks, storeBytes } = edgeState(rooms);
  return {
    links: links.map(({ carrier, state, sessions, sessionsBound, windowUsed, windowSize, throttles }) => ({
      carrier,
      state,
      sessions,
      sessions_bound: sessionsBound,
      window_used: windowUsed,
      window_size: windowSize,
      throttles,
    })),
    trunks: trunks.map((trunk) => ({ ...trunk })),
    queues: queues.map(({ oldestSeconds, lateSeconds, ...queue }) => ({
      ...queue,
      oldest_seconds: oldestSeconds,
      late_seconds: lateSeconds,
    })),
    calls,
    predecessor: predecessor && {
      pid: predecessor.pid,
      calls: predecessor.calls,
      for_seconds: predecessor.forSeconds,
      left_seconds: predecessor.leftSeconds,
    },
    webhooks,
    store_bytes: storeBytes,
  };
}
