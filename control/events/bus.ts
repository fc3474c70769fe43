import type { EdgeEvent, Topic } from './event.ts';

type EventOf<T extends Topic> = Extract<EdgeEvent, { type: T }>;

/**
 * How events get from the rooms to whoever watches. In one process now; an implementation over a message broker
 * would join nodes. Events may be lost: what must not be lost is in the store.
 */
export interface EventBus {
  /** Never throws and never waits. */
  publish(event: EdgeEvent): void;
  /** Whether anyone listens, for publishers to whom an event costs something. */
  wanted(topic: Topic): boolean;
  /** `receive` is called for each event of the topics, and must be quick. The function given back ends it. */
  subscribe<T extends Topic>(topics: readonly T[], receive: (event: EventOf<T>) => void): () => void;
}

/** The bus of one process. `onFault` hears of subscribers that throw; the others are served all the same. */
export function localBus(onFault: (error: unknown) => void = () => undefined): EventBus {
  const subscribers = new Map<Topic, Set<(event: EdgeEvent) => void>>();
  return {
    publish(event) {
      for (const receive of subscribers.get(event.type) ?? []) {
        try {
          receive(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
    wanted: (topic) => (subscribers.get(topic)?.size ?? 0) > 0,
    subscribe(topics, receive) {
      // One function for each subscription, so that subscribing the same receiver twice means it.
      const own = (event: EdgeEvent): void => receive(event as EventOf<(typeof topics)[number]>);
      for (const topic of topics) {
        const set = subscribers.get(topic) ?? new Set();
        set.add(own);
        subscribers.set(topic, set);
      }
      return () => {
        for (const topic of topics) subscribers.get(topic)?.delete(own);
      };
    },
  };
}
