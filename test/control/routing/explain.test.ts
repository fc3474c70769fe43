import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { explain } from '../../../control/routing/explain.ts';
import { Ported } from '../../../control/routing/ported/ported.ts';
import { traffics } from '../../../control/routing/route.ts';
import { RouteTable } from '../../../control/routing/route-table.ts';
import { Routing } from '../../../control/routing/routing.ts';
import { always } from '../../../control/routing/window.ts';
import { anyPrefix, anyRoute, anyTimeMs, carrierNames, plain } from './arbitrary.ts';

const carrier = fc.record(
  { smpp: fc.constant({}), sip: fc.constant({}), routes: fc.constant([]) },
  { requiredKeys: ['routes'] },
);

describe('explain', () => {
  it('finds a reason for every route, and the carriers that routing finds', () => {
    fc.assert(
      fc.property(
        fc.array(anyRoute, { maxLength: 10 }),
        fc.array(carrier, { minLength: 3, maxLength: 3 }),
        fc.subarray(carrierNames),
        fc.option(fc.constantFrom(...carrierNames), { nil: '' }),
        anyPrefix,
        fc.constantFrom(...traffics),
        anyTimeMs,
        (routes, equipment, upNames, portedTo, number, traffic, nowMs) => {
          const ported = new Ported();
          ported.change(1, number, portedTo);
          const carriers = equipment.map((one, place) => ({ ...one, name: carrierNames[place] ?? '' }));
          const table = RouteTable.of(routes);
          const routing = new Routing(carriers, { now: () => nowMs }, { table, ported });
          const found = explain(routing, { number, traffic, nowMs, isUp: (name) => upNames.includes(name) });
          assert.deepEqual(found.candidates, routing[traffic].candidates(number));
          assert.equal(
            found.chosen,
            found.candidates.find((name) => upNames.includes(name)),
          );
          assert.equal(found.routes.length, routes.filter(({ prefix }) => number.startsWith(prefix)).length);
          const able = [
            ...found.routes.map(({ route, fate }) => [route.carrier, fate] as const),
            [found.portedTo, found.portedFate] as const,
          ].filter(([, fate]) => fate === 'chosen' || fate === 'next' || fate === 'down');
          assert.deepEqual(new Set(able.map(([name]) => name)), new Set(found.candidates));
          assert.equal(able.length, found.candidates.length);
          assert.deepEqual(
            able.filter(([, fate]) => fate === 'chosen').map(([name]) => name),
            found.chosen === undefined ? [] : [found.chosen],
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('names what keeps each carrier from taking the number', () => {
    const night = { ...always, fromMinute: 1320, untilMinute: 360 };
    const table = RouteTable.of([
      plain('alpha', '+1415', { window: night }),
      plain('beta', '+1415', { traffic: ['calls'] }),
      plain('gamma', '+1415'),
      plain('omega', '+1415'),
      plain('delta', '+1', { costMicros: 2 }),
      plain('beta', '+1', { costMicros: 3 }),
      plain('alpha', '+1', { costMicros: 4 }),
      plain('beta', '+', {}),
    ]);
    const carriers = [
      { name: 'alpha', smpp: {}, routes: [] },
      { name: 'beta', smpp: {}, sip: {}, routes: [] },
      { name: 'gamma', sip: {}, routes: [] },
      { name: 'delta', smpp: {}, routes: [] },
    ];
    const nowMs = Date.parse('2026-11-21T12:00:00Z');
    const routing = new Routing(carriers, { now: () => nowMs }, { table });
    const found = explain(routing, {
      number: '+14155550100',
      traffic: 'messages',
      nowMs,
      isUp: (name) => name !== 'delta',
    });
    assert.deepEqual(
      found.routes.map(({ route, fate }) => `${route.prefix} ${route.carrier} ${fate}`),
      [
        '+1415 alpha closed',
        '+1415 beta otherTraffic',
        '+1415 gamma unequipped',
        '+1415 omega unknownCarrier',
        '+1 delta down',
        '+1 beta chosen',
        '+1 alpha next',
        '+ beta repeated',
      ],
    );
    assert.deepEqual([found.chosen, found.candidates], ['beta', ['delta', 'beta', 'alpha']]);
  });
});
