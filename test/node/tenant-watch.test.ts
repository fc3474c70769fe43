import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import { TenantWatch, type TenantSession } from '../../edge/node/tenant-watch.ts';
import { openBooks } from '../control/accounts/books.ts';
import { FakeClock } from '../support/fake-clock.ts';

async function open() {
  const books = openBooks();
  const clock = new FakeClock();
  const { account: parent } = await books.create();
  const { account: sub } = await books.create({ parentSid: parent.sid });
  const { account: other } = await books.create();
  const watch = new TenantWatch(clock, ({ sid }) => {
    const now = books.accounts.fetch(sid);
    return now !== undefined && books.accounts.effectiveStatus(now) === 'active';
  });
  const said: string[] = [];
  const session = (name: string, peer: Account): TenantSession => ({
    peer,
    drain: () => void said.push(`${name} drains`),
    close: () => void said.push(`${name} closes`),
  });
  return { books, clock, parent, sub, other, watch, said, session };
}

describe('TenantWatch', () => {
  it('unbinds a suspended account and its subaccounts within a second, and cuts who lingers', async () => {
    const { books, clock, parent, sub, other, watch, said, session } = await open();
    const [first, second, third] = [session('parent', parent), session('sub', sub), session('other', other)];
    for (const each of [first, second, third]) watch.add(each);
    clock.advance(5_000);
    assert.deepEqual(said, []);
    await books.accounts.update(parent.sid, { status: 'suspended' });
    clock.advance(1_000);
    assert.deepEqual(said, ['parent drains', 'sub drains']);
    watch.remove(first);
    clock.advance(1_000);
    assert.deepEqual(said, ['parent drains', 'sub drains', 'sub closes']);
    watch.remove(second);
    watch.remove(third);
    assert.equal(clock.timers, 0);
  });

  it('keeps no time when nobody is bound', async () => {
    const { clock, other, watch, session } = await open();
    assert.equal(clock.timers, 0);
    const only = session('other', other);
    watch.add(only);
    assert.equal(clock.timers, 1);
    watch.stop();
    assert.equal(clock.timers, 0);
  });
});
