import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RouteTable, type Route } from '../../../control/routing/route-table.ts';

/** The rule, written down plainly. */
function oracle(routes: readonly Route[], number: string): readonly string[] {
  const matching = routes
    .map((route, order) => ({ ...route, order }))
    .filter(({ prefix }) => number.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length || a.cost - b.cost || a.order - b.order);
  return [...new Set(matching.map(({ carrier }) => carrier))];
}

const digits = fc.string({ unit: fc.constantFrom('0', '1', '4'), maxLength: 5 });
const prefix = fc.oneof(
  digits.map((text) => `+${text}`),
  digits.filter((text) => text !== ''),
);
const route = fc.record({
  carrier: fc.constantFrom('alpha', 'beta', 'gamma', 'delta'),
  prefix,
  cost: fc.integer({ min: 0, max: 3 }),
});

describe('RouteTable', () => {
  it('prefers the longest prefix, then the lowest cost, then the order given', () => {
    const table = RouteTable.of([
      { name: 'dear', routes: [{ prefix: '+1', cost: 20 }] },
      {
        name: 'world',
        routes: [
          { prefix: '+', cost: 0 },
          { prefix: '+1415', cost: 5 },
        ],
      },
      { name: 'cheap', routes: [{ prefix: '+1', cost: 10 }] },
      { name: 'alike', routes: [{ prefix: '+1', cost: 10 }] },
      { name: 'codes', routes: [{ prefix: '12', cost: 1 }] },
    ]);
    assert.deepEqual(table.candidates('+12025550100'), ['cheap', 'alike', 'dear', 'world']);
    assert.deepEqual(table.candidates('+14155550100'), ['world', 'cheap', 'alike', 'dear']);
    assert.deepEqual(table.candidates('+442079460000'), ['world']);
    assert.deepEqual(table.candidates('12345'), ['codes']);
    assert.deepEqual(table.candidates('54321'), []);
  });

  it('gives for any routes and number what the rule says', () => {
    fc.assert(
      fc.property(fc.array(route, { maxLength: 12 }), prefix, (routes, number) => {
        assert.deepEqual(new RouteTable(routes).candidates(number), oracle(routes, number));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds nothing for what is no number, and does not throw', () => {
    const table = new RouteTable([{ carrier: 'alpha', prefix: '+1', cost: 0 }]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const expected = text.startsWith('+1') ? ['alpha'] : [];
        assert.deepEqual(table.candidates(text), expected);
      }),
    );
  });

  it('does not change with the array it was made of, and its answers cannot be changed', () => {
    const routes: Route[] = [{ carrier: 'alpha', prefix: '+1', cost: 0 }];
    const table = new RouteTable(routes);
    routes.push({ carrier: 'beta', prefix: '+1', cost: 0 });
    const answer = table.candidates('+1') as string[];
    assert.throws(() => answer.push('beta'), TypeError);
    assert.deepEqual(table.candidates('+1'), ['alpha']);
  });

  it('refuses a prefix that the configuration would refuse', () => {
    assert.throws(() => new RouteTable([{ carrier: 'alpha', prefix: '+1x', cost: 0 }]), /not a route prefix/);
  });
});
