import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge, until } from '../api/edge.ts';
import { openTestConsole } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);
await edge.stock({ e164: '+14155550100' });
const ann = await edge.tenant();
await edge.inventory.assign(ann.account.sid, '+14155550100');
for (let i = 0; i < 3; i++) {
  const { sid } = await ann.client.messages.create({
    from: '+14155550100',
    to: '+15125550142',
    body: 'hello',
  });
  await until(() => edge.messaging.ledger.get(sid)?.status === 'sent');
  edge.clock.advance(2_000);
}
await edge.api.durable();
const visitor = await web.visitorAs(ann.account.sid, ann.authToken);

/** A page's first table row. */
const row = (text: string): readonly string[] =>
  Array.from(
    (/<tbody>\s*<tr>(.*?)<\/tr>/s.exec(text)?.[1] ?? '').matchAll(/>([^<>]*)<\/t[hd]>/g),
    ([, cell = '']) => cell.trim(),
  );

describe('usage in the console', () => {
  it('is drawn and told by day and by month', async () => {
    const days = await visitor.ask('/usage?category=sms-outbound');
    const today = new Date(edge.clock.now()).toISOString().slice(0, 10);
    assert.deepEqual(row(days.text), [today, '3', '3', '0.00 USD']);
    assert.equal(days.text.match(/<rect/g)?.length, Number(today.slice(8)));
    assert.match(days.text, /<title>[\d-]+: 3 messages<\/title>/);
    const months = await visitor.ask('/usage?category=sms-outbound&by=month');
    assert.deepEqual(row(months.text), [today.slice(0, 7), '3', '3', '0.00 USD']);
    assert.equal(months.text.match(/<rect/g)?.length, 12);
  });

  it('takes what it does not know for the total, and shows nothing of others', async () => {
    const odd = await visitor.ask('/usage?category=%3Cscript%3E&by=hour');
    assert.equal(odd.status, 200);
    assert.ok(!odd.text.includes('<script>'));
    const bob = await edge.tenant();
    const stranger = await web.visitorAs(bob.account.sid, bob.authToken);
    assert.equal((await stranger.ask(`/usage?account=${ann.account.sid}`)).status, 404);
    assert.match((await stranger.ask('/usage')).text, /Nothing has been used/);
  });
});
