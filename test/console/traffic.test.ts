import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fail, ok } from '../../control/base/result.ts';
import type { Ladder } from '../../edge/capture/ladder/ladder.ts';
import { openTestEdge, until } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);
await edge.stock(...Array.from({ length: 5 }, (_, at) => ({ e164: `+1415555010${at}` })));

const markup = `<script>alert("&x")</script>`;
const escaped = '&lt;script&gt;alert(&quot;&amp;x&quot;)&lt;/script&gt;';

let numbers = 100;
/** A tenant with a number, logged in. */
async function tenantAtHome() {
  const tenant = await edge.tenant();
  const number = `+14155550${numbers++}`;
  assert.ok((await edge.inventory.assign(tenant.account.sid, number)).ok);
  return { ...tenant, number, visitor: await web.visitorAs(tenant.account.sid, tenant.authToken) };
}

const anna = await web.visitorAs('anna', operatorPassword);
const ann = await tenantAtHome();
const bob = await tenantAtHome();

const sent = await ann.client.messages.create({ from: ann.number, to: '+15125550142', body: markup });
await until(() => edge.messaging.ledger.get(sent.sid)?.status === 'sent');
const placed = await ann.client.calls.create({
  from: ann.number,
  to: '+15125550142',
  twiml: `<Response><Say>${markup.replaceAll('<', '&lt;')}</Say></Response>`,
});

describe('messages in the console', () => {
  it('are listed for their account alone, and searched by number', async () => {
    assert.match((await ann.visitor.ask('/messages')).text, new RegExp(sent.sid));
    assert.match((await ann.visitor.ask('/messages?to=%2B15125550142')).text, new RegExp(sent.sid));
    assert.match((await ann.visitor.ask('/messages?to=%2B15125550143')).text, /No messages\./);
    assert.doesNotMatch((await bob.visitor.ask('/messages')).text, new RegExp(sent.sid));
    const foreign = await bob.visitor.ask(`/messages?account=${ann.account.sid}`);
    assert.equal(foreign.status, 404);
    assert.match((await anna.ask('/messages')).text, /all accounts/);
    assert.match((await anna.ask(`/messages?account=${ann.account.sid}`)).text, new RegExp(sent.sid));
  });

  it('are opened by SID, and are not there for anybody else', async () => {
    const led = await ann.visitor.ask(`/messages?sid=${sent.sid}`);
    assert.equal(led.headers.get('location'), `/messages/${sent.sid}`);
    const page = await ann.visitor.ask(`/messages/${sent.sid}`);
    assert.equal(page.status, 200);
    assert.match(page.text, /id-1/, "the carrier's id of the segment");
    assert.equal((await bob.visitor.ask(`/messages/${sent.sid}`)).status, 404);
    assert.equal((await bob.visitor.ask(`/messages/${sent.sid}`, {})).status, 404);
    assert.equal((await ann.visitor.ask('/messages/SM..')).status, 404);
    assert.equal((await ann.visitor.ask(`/messages/${placed.sid}`)).status, 404);
  });

  it('show their text when asked, as text, and note who of the operators asked', async () => {
    assert.ok(!(await ann.visitor.ask(`/messages/${sent.sid}`)).text.includes('alert('));
    const shown = await ann.visitor.ask(`/messages/${sent.sid}`, {});
    assert.ok(shown.text.includes(escaped) && !shown.text.includes(markup));
    const events = () => edge.audit.list(ann.account.sid, { resourceSid: sent.sid }, {}, { limit: 10 }).rows;
    assert.deepEqual(events(), []);
    assert.ok((await anna.ask(`/messages/${sent.sid}`, {})).text.includes(escaped));
    const [event] = events();
    assert.equal(event?.action, 'read');
    assert.deepEqual(event.actor.kind === 'operator' && event.actor.name, 'anna');
  });

  it('come in pages', async () => {
    const many = await tenantAtHome();
    for (let i = 0; i < 60; i++) {
      await many.client.messages.create({ from: many.number, to: `+1512555${1000 + i}`, body: 'hello' });
    }
    await edge.api.durable();
    const first = await many.visitor.ask('/messages');
    const older = /href="(\/messages\?after=[^"]+)"/.exec(first.text)?.[1] ?? '';
    const second = await many.visitor.ask(older.replaceAll('&amp;', '&'));
    const sids = (text: string): string[] =>
      Array.from(text.matchAll(/"\/messages\/(SM\w+)"/g), ([, sid = '']) => sid);
    assert.equal(sids(first.text).length, 50);
    assert.equal(new Set([...sids(first.text), ...sids(second.text)]).size, 60);
  });
});

describe('calls in the console', () => {
  it('are listed and opened for their account alone', async () => {
    assert.match((await ann.visitor.ask('/calls')).text, new RegExp(placed.sid));
    assert.match((await ann.visitor.ask('/calls?to=%2B15125550142')).text, new RegExp(placed.sid));
    assert.match((await bob.visitor.ask('/calls')).text, /No calls\./);
    const page = await ann.visitor.ask(`/calls/${placed.sid}`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Call from \+1415555010\d to \+15125550142/);
    assert.equal((await bob.visitor.ask(`/calls/${placed.sid}`)).status, 404);
    assert.equal((await anna.ask(`/calls/${placed.sid}`)).status, 200);
  });
});

describe('a call in the console', () => {
  it('says how good its sound was, as far as anybody told', async () => {
    edge.voice.calls.report(placed.sid, {
      sound: {
        codec: 'PCMU',
        received: {
          packets: 950,
          bytes: 152_000,
          lost: 50,
          gaps: 50,
          longestGap: 1,
          late: 0,
          jitterMs: 1.25,
          jitterMaxMs: 4,
        },
        sent: { packets: 1_000, bytes: 160_000 },
        reported: null,
        roundTrip: null,
      },
      postDialDelayMs: 200,
      endedBy: 'peer',
    });
    await edge.api.durable();
    const rows = (await ann.visitor.ask(`/calls/${placed.sid}`)).text.replace(/\s*<[^>]*>\s*/g, ' ');
    assert.match(rows, /to us +950 +5\.00 +1\.3 +4\.0 +[23]\.\d\d /);
    assert.match(rows, /from us +1000 +unknown +unknown +unknown +unknown /);
  });
});

describe('accounts in the console', () => {
  it('are the operators', async () => {
    assert.equal((await ann.visitor.ask('/accounts')).status, 404);
    assert.equal((await ann.visitor.ask(`/accounts/${ann.account.sid}`)).status, 404);
    assert.match((await anna.ask('/accounts')).text, new RegExp(ann.account.sid));
    const led = await anna.ask(`/accounts?sid=${ann.account.sid}`);
    assert.equal(led.headers.get('location'), `/accounts/${ann.account.sid}`);
    assert.match((await anna.ask(`/accounts/${ann.account.sid}`)).text, /Of this account/);
    assert.match((await anna.ask('/accounts?sid=%3Cb%3E')).text, /There is no account/);
  });

  it('of a tenant are his own and his subaccounts', async () => {
    const sub = await edge.tenant(ann.account.sid);
    const page = await ann.visitor.ask('/messages');
    assert.match(page.text, new RegExp(`<option value="${sub.account.sid}"`));
    assert.equal((await ann.visitor.ask(`/messages?account=${sub.account.sid}`)).status, 200);
    const below = await web.visitorAs(sub.account.sid, sub.authToken);
    assert.equal((await below.ask(`/messages?account=${ann.account.sid}`)).status, 404);
  });
});

describe('what was on the wire', () => {
  const ladder: Ladder = {
    title: markup,
    participants: [
      { name: 'alpha', endpoints: ['192.0.2.20:5060'] },
      { name: 'edge', endpoints: [] },
    ],
    rows: [
      {
        kind: 'arrow',
        timeUs: 1_000_000,
        from: 0,
        to: 1,
        protocol: 'sip',
        transport: 'udp',
        source: '192.0.2.20:5060',
        destination: '192.0.2.1:5060',
        label: `INVITE ${markup}`,
        detail: '',
        notes: [],
        tone: 'request',
        lines: ['INVITE sip:+14155550100@192.0.2.1 SIP/2.0', `X-Odd: ${markup}`],
      },
    ],
    remarks: [],
  };

  it('is drawn for operators, and nothing in it is markup', async () => {
    web.state.wire = (subject, sid) => {
      assert.deepEqual([subject, sid], ['call', placed.sid]);
      return Promise.resolve(ok(ladder));
    };
    assert.match((await anna.ask(`/calls/${placed.sid}`)).text, new RegExp(`/calls/${placed.sid}/wire`));
    const { text } = await anna.ask(`/calls/${placed.sid}/wire`);
    assert.match(text, /<svg [^>]*class="ladder-svg"/);
    assert.ok(text.includes(`X-Odd: ${escaped}`) && !text.includes(markup));
  });

  it('says why there is nothing', async () => {
    web.state.wire = () => Promise.resolve(fail('nothing has been captured yet'));
    assert.match((await anna.ask(`/messages/${sent.sid}/wire`)).text, /nothing has been captured yet/);
    assert.equal((await anna.ask('/messages/SM1/wire')).status, 404);
  });

  it('is not for tenants', async () => {
    assert.equal((await ann.visitor.ask(`/calls/${placed.sid}/wire`)).status, 404);
    assert.equal((await ann.visitor.ask(`/messages/${sent.sid}/wire`)).status, 404);
    assert.doesNotMatch((await ann.visitor.ask(`/calls/${placed.sid}`)).text, /\/wire/);
  });
});
