import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Choice } from '../../../control/routing/choice.ts';
import { carries, traffics, type Route, type Traffic } from '../../../control/routing/route.ts';
import { RouteTable } from '../../../control/routing/route-table.ts';
import { shareOrder } from '../../../control/routing/share.ts';
import { always, isOpen } from '../../../control/routing/window.ts';
import { testRouting } from '../../support/routes.ts';
import { anyPrefix, anyRoute, anyTimeMs, carrierNames, plain } from './arbitrary.ts';

/** The rule, written down plainly. */
function oracle(routes: readonly Route[], { number, traffic, carriers, nowMs }: Question): readonly string[] {
  const matching = routes
    .map((route, order) => ({ ...route, order }))
    .filter(({ prefix }) => number.startsWith(prefix))
    .filter((route) => route.traffic.includes(traffic) && carriers.has(route.carrier))
    .filter(({ window }) => isOpen(window, nowMs))
    .sort(
      (a, b) =>
        b.prefix.length - a.prefix.length ||
        a.priority - b.priority ||
        a.costMicros - b.costMicros ||
        share(a, number) - share(b, number) ||
        a.order - b.order,
    );
  return [...new Set(matching.map(({ carrier }) => carrier))];
}

/** Those without a weight come after those that have one. */
const share = ({ carrier, weight }: Route, number: string): number =>
  weight === null ? Number.MAX_VALUE : shareOrder(number, carrier, weight);

interface Question {
  readonly number: string;
  readonly traffic: Traffic;
  readonly carriers: ReadonlySet<string>;
  readonly nowMs: number;
}

const choose = (routes: readonly Route[], { number, traffic, carriers, nowMs }: Question) =>
  new Choice(RouteTable.of(routes), traffic, carriers, { now: () => nowMs }).candidates(number);

const question: fc.Arbitrary<Question> = fc.record({
  number: anyPrefix,
  traffic: fc.constantFrom(...traffics),
  carriers: fc.subarray(carrierNames).map((some) => new Set(some)),
  nowMs: anyTimeMs,
});

const all = new Set(carrierNames);

describe('Choice', () => {
  it('gives for any routes and number what the rule says', () => {
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 14 }), question, (routes, asked) => {
        assert.deepEqual(choose(routes, asked), oracle(routes, asked));
      }),
      { numRuns: 2000 },
    );
  });

  it('leads to a number if at any hour a carrier may take it', () => {
    fc.assert(
      fc.property(fc.array(anyRoute, { maxLength: 8 }), question, (routes, asked) => {
        const { traffic, carriers, nowMs, number } = asked;
        const choice = new Choice(RouteTable.of(routes), traffic, carriers, { now: () => nowMs });
        const atAnyHour = routes.map((one) => ({ ...one, window: always }));
        assert.equal(choice.leadsTo(number), oracle(atAnyHour, asked).length > 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('prefers priority to cost, and cost to the order given', () => {
    const routes = [
      plain('alpha', '+1', { costMicros: 5 }),
      plain('beta', '+1', { costMicros: 4 }),
      plain('gamma', '+1', { costMicros: 1, priority: 1 }),
      plain('delta', '+', {}),
    ];
    const asked: Question = { number: '+14155550100', traffic: 'calls', carriers: all, nowMs: 0 };
    assert.deepEqual(choose(routes, asked), ['beta', 'alpha', 'gamma', 'delta']);
    assert.deepEqual(choose(routes, { ...asked, number: '54321' }), []);
  });

  it('looks at the clock again', () => {
    let nowMs = Date.parse('2026-11-21T07:59:00Z');
    const routes = [
      plain('alpha', '+1', { window: { ...always, fromMinute: 480, untilMinute: 1080 } }),
      plain('beta', '+1'),
    ];
    const choice = new Choice(RouteTable.of(routes), 'messages', all, { now: () => nowMs });
    assert.deepEqual(choice.candidates('+14155550100'), ['beta']);
    nowMs += 60_000;
    assert.deepEqual(choice.candidates('+14155550100'), ['alpha', 'beta']);
  });

  it('shares numbers by weight, and gives each number the same order whenever it asks', () => {
    const routes = [plain('alpha', '+1', { weight: 30 }), plain('beta', '+1', { weight: 10 })];
    const choice = new Choice(RouteTable.of(routes), 'messages', all, { now: () => 0 });
    const count = 20_000;
    let first = 0;
    for (let index = 0; index < count; index++) {
      const number = `+1415${String(5_000_000 + index)}`;
      const order = choice.candidates(number);
      assert.equal(order.length, 2);
      assert.deepEqual(choice.candidates(number), order);
      if (order[0] === 'alpha') first++;
    }
    assert.ok(Math.abs(first / count - 0.75) < 0.02, `${first} of ${count}`);
  });

  it('allocates no answer of its own where neither hours nor weights matter', () => {
    const routes = [plain('alpha', '+1'), plain('beta', '+1415'), plain('alpha', '+44')];
    const choice = new Choice(RouteTable.of(routes), 'messages', all, { now: () => 0 });
    assert.equal(choice.candidates('+14155550100'), choice.candidates('+14155550199'));
    assert.equal(choice.candidates('+12025550100'), choice.candidates('+442079460000'));
    assert.throws(() => (choice.candidates('+14155550100') as string[]).push('gamma'), TypeError);
  });

  it('finds nothing for what is no number, and does not throw', () => {
    const choice = new Choice(RouteTable.of([plain('alpha', '+1')]), 'messages', all, { now: () => 0 });
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.deepEqual(choice.candidates(text), text.startsWith('+1') ? ['alpha'] : []);
      }),
    );
  });
});

describe('Routing', () => {
  it('keeps to the configuration until a table takes its place, and again afterwards', () => {
    const routing = testRouting([
      { name: 'alpha', routes: [{ prefix: '+', cost: 10 }] },
      { name: 'beta', routes: [{ prefix: '+', cost: 5 }] },
    ]);
    assert.deepEqual(routing.messages.candidates('+14155550100'), ['beta', 'alpha']);
    routing.replace(RouteTable.of([plain('alpha', '+1', { traffic: ['messages'] })]));
    assert.deepEqual(routing.messages.candidates('+14155550100'), ['alpha']);
    assert.deepEqual(routing.calls.candidates('+14155550100'), []);
    assert.equal(routing.messages.leadsTo('+442079460000'), false);
    routing.replace(undefined);
    assert.deepEqual(routing.calls.candidates('+14155550100'), ['beta', 'alpha']);
  });

  it('asks a carrier for what it is equipped for', () => {
    const texting = { name: 'alpha', smpp: {}, routes: [] };
    assert.deepEqual([carries(texting, 'messages'), carries(texting, 'calls')], [true, false]);
  });
});
