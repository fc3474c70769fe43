import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { RouteTable } from '../../control/routing/route-table.ts';
import { Routing } from '../../control/routing/routing.ts';
import { always } from '../../control/routing/window.ts';
import { plain } from '../control/routing/arbitrary.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Harness } from './harness.ts';

let harness: Harness | undefined;
afterEach(() => harness?.end());

const carriers = ['alpha', 'beta'].map((name) => ({ name, smpp: {}, routes: [] }));

function open(table: RouteTable): { readonly h: Harness; readonly routing: Routing } {
  const clock = new FakeClock();
  const routing = new Routing(carriers, clock, { table });
  harness = new Harness({ clock, routing });
  return { h: harness, routing };
}

/** Open for an hour, from so many minutes after now. */
const openIn = (clock: FakeClock, minutes: number) => {
  const fromMinute = (Math.floor(clock.now() / 60_000) + minutes) % 1440;
  return { ...always, fromMinute, untilMinute: ((fromMinute + 59) % 1440) + 1 };
};

describe('an outbound message', () => {
  it('waits for the hours of its only route', async () => {
    const window = openIn(new FakeClock(), 30);
    const { h } = open(RouteTable.of([plain('alpha', '+1', { window })]));
    h.alpha.answer = () => ({ kind: 'accepted', messageId: '1' });
    const message = await h.send();
    assert.equal(h.status(message.sid), 'queued');
    await h.advance(29 * 60_000);
    assert.equal(h.alpha.taken.length, 0);
    await h.advance(2 * 60_000);
    assert.equal(h.status(message.sid), 'sent');
  });

  it('that waits goes by the routes that have been imported meanwhile', async () => {
    const { h, routing } = open(RouteTable.of([plain('alpha', '+')]));
    h.alpha.up = false;
    const message = await h.send();
    routing.replace(RouteTable.of([plain('beta', '+1')]));
    await h.advance(15_000);
    assert.equal(h.beta.taken.length, 1);
    assert.equal(h.status(message.sid), 'queued');
    const refused = await h.messaging.acceptance.accept(h.wanted({ to: '+442079460000' }));
    assert.equal(refused.ok ? 0 : refused.error.code, 21612);
  });

  it('goes to the carrier that has the number, and to the others should that one be down', async () => {
    const { h, routing } = open(RouteTable.of([plain('alpha', '+1')]));
    h.alpha.answer = () => ({ kind: 'accepted', messageId: '1' });
    h.beta.answer = () => ({ kind: 'accepted', messageId: '2' });
    routing.ported.change(1, '+12065550100', 'beta');
    await h.send({ to: '+12065550100' });
    await h.send({ to: '+12065550101', from: '+14155550002' });
    assert.deepEqual([h.alpha.taken.length, h.beta.taken.length], [1, 1]);
    h.beta.up = false;
    await h.advance(1000);
    await h.send({ to: '+12065550100' });
    assert.deepEqual([h.alpha.taken.length, h.beta.taken.length], [2, 1]);
  });
});
