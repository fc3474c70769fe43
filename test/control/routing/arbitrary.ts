import fc from 'fast-check';
import { traffics, type Route, type Traffic } from '../../../control/routing/route.ts';
import { always, isAlways } from '../../../control/routing/window.ts';

export const carrierNames = ['alpha', 'beta', 'gamma', 'delta'];

const digits = fc.string({ unit: fc.constantFrom('0', '1', '4'), maxLength: 5 });

/** Few enough that many of them begin with one another. */
export const anyPrefix = fc.oneof(
  digits.map((text) => `+${text}`),
  digits.filter((text) => text !== ''),
);

const window = fc.oneof(
  fc.constant(always),
  fc
    .record(
      {
        fromMinute: fc.constantFrom(0, 480, 1320),
        untilMinute: fc.constantFrom(360, 1080, 1440),
        days: fc.integer({ min: 1, max: 127 }),
        zone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu'),
      },
      { noNullPrototype: true },
    )
    // What is always open is so in every zone.
    .map((one) => (isAlways(one) ? always : one)),
);

export const anyRoute: fc.Arbitrary<Route> = fc.record(
  {
    carrier: fc.constantFrom(...carrierNames),
    prefix: anyPrefix,
    traffic: fc.constantFrom<readonly Traffic[]>(traffics, ['messages'], ['calls']),
    priority: fc.integer({ min: 0, max: 1 }),
    costMicros: fc.integer({ min: 0, max: 2 }),
    weight: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 3 })),
    window,
  },
  { noNullPrototype: true },
);

export const anyTimeMs = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });

/** A route by a carrier to a prefix, plain but for `more`. */
export const plain = (carrier: string, prefix: string, more: Partial<Route> = {}): Route => ({
  carrier,
  prefix,
  traffic: traffics,
  priority: 0,
  costMicros: 0,
  weight: null,
  window: always,
  ...more,
});
