import type { Clock } from '../../../control/base/clock.ts';
import type { Records, Resolver } from './resolver.ts';

/** However long a record may live, it is asked for again after an hour, and not within the same second. */
const ttlMinMs = 1_000;
const ttlMaxMs = 3_600_000;
const namesMax = 1_000;

interface Entry {
  readonly answer: Promise<Records<unknown>>;
  untilMs: number;
}

/**
 * Remembers answers for their time to live, and asks once where many ask at the same time. At most 1,000 answers are
 * remembered; the one asked first goes first.
 */
export function cachedResolver(resolver: Resolver, clock: Clock, max = namesMax): Resolver {
  const entries = new Map<string, Entry>();

  function remembered<T>(key: string, ask: () => Promise<Records<T>>): Promise<Records<T>> {
    const known = entries.get(key);
    // The key names the kind of record, so the answer is of its type.
    if (known !== undefined && clock.monotonic() < known.untilMs) return known.answer as Promise<Records<T>>;
    entries.delete(key);
    const oldest = entries.keys().next();
    if (entries.size >= max && oldest.done !== true) entries.delete(oldest.value);
    const answer = ask();
    const entry: Entry = { answer, untilMs: Infinity };
    entries.set(key, entry);
    void answer.then(({ ttlS }) => {
      entry.untilMs = clock.monotonic() + Math.min(Math.max(ttlS * 1_000, ttlMinMs), ttlMaxMs);
    });
    return answer;
  }

  return {
    naptr: (name) => remembered(`naptr ${name}`, () => resolver.naptr(name)),
    srv: (name) => remembered(`srv ${name}`, () => resolver.srv(name)),
    a: (name) => remembered(`a ${name}`, () => resolver.a(name)),
    aaaa: (name) => remembered(`aaaa ${name}`, () => resolver.aaaa(name)),
  };
}
