import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let from: string;
let last = 5_550_100;
let callee = 100;

before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
  from = `+1415${++last}`;
  await edge.stock({ e164: from });
  await tenant.client.incomingPhoneNumbers.create({ phoneNumber: from });
});

const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
const callsOf = (rows: readonly { callSid: string }[]) => rows.map(({ callSid }) => callSid);

/** The next call leaves, at its account's pace, and is answered. */
async function answerNext(invites: number): Promise<void> {
  await until(() => {
    edge.clock.advance(1);
    return edge.signalling.outgoing.length > invites;
  });
  edge.signalling.outgoing.at(-1)!.answer();
}

/** Dials somebody into a conference of this name or SID; they answer and join. */
async function join(conference: string, options: object = {}): Promise<{ call: string; conference: string }> {
  const invites = edge.signalling.outgoing.length;
  const to = `+1206555${String(++callee).padStart(4, '0')}`;
  const made = await tenant.client.conferences(conference).participants.create({ from, to, ...options });
  await answerNext(invites);
  const { callSid: call, conferenceSid } = made;
  await until(() => edge.voice.conferences.room(conferenceSid)?.seat(call)?.state.status === 'connected');
  return { call, conference: conferenceSid };
}

describe('Conferences', () => {
  it('begin with a participant who is dialled, and are listed, fetched and ended', async () => {
    const { client, account } = tenant;
    const invites = edge.signalling.outgoing.length;
    const added = await client.conferences('Monday call').participants.create({
      from,
      to: '+12065550100',
      label: 'customer',
      endConferenceOnExit: true,
      beep: 'onEnter',
      conferenceStatusCallback: 'https://tenant.example/conference',
      conferenceStatusCallbackEvent: ['start', 'join', 'end'],
      conferenceRecord: 'true',
      timeout: 30,
    });
    assert.deepEqual(
      [added.status, added.label, added.muted, added.hold, added.endConferenceOnExit, added.coaching],
      ['queued', 'customer', false, false, true, false],
    );
    const { conferences } = client;
    assert.equal((await conferences(added.conferenceSid).fetch()).status, 'init');
    await answerNext(invites);
    await until(() => edge.voice.conferences.room(added.conferenceSid)!.seat('customer') !== undefined);
    await join(added.conferenceSid);
    await until(() => edge.voice.conferences.get(added.conferenceSid)?.status === 'in-progress');
    const [one] = await conferences.list({ friendlyName: 'Monday call' });
    assert.deepEqual(
      [one!.sid, one!.status, one!.region, one!.reasonConferenceEnded, one!.callSidEndingConference],
      [added.conferenceSid, 'in-progress', 'us1', null, null],
    );
    const base = `/2010-04-01/Accounts/${account.sid}/Conferences/${added.conferenceSid}`;
    assert.deepEqual(one!.subresourceUris, {
      participants: `${base}/Participants.json`,
      recordings: `${base}/Recordings.json`,
    });
    assert.deepEqual(sidsOf(await conferences.list({ status: 'in-progress' })), [one!.sid]);
    assert.deepEqual(await conferences.list({ status: 'completed' }), []);
    const now = new Date(edge.clock.now());
    assert.equal((await conferences.list({ dateCreated: now, dateUpdated: now })).length, 1);
    const later = new Date(now.getTime() + 2 * 86_400_000);
    assert.deepEqual(await conferences.list({ dateCreatedAfter: later }), []);
    const { recordings } = conferences(added.conferenceSid);
    await until(() => edge.media.rooms.at(-1)!.recorders.length > 0);
    const [recording] = await recordings.list();
    assert.deepEqual([recording!.source, recording!.conferenceSid], ['Conference', one!.sid]);
    assert.equal((await recordings(recording!.sid).update({ status: 'stopped' })).status, 'completed');
    const ended = await conferences(added.conferenceSid).update({ status: 'completed' });
    assert.deepEqual([ended.status, ended.reasonConferenceEnded], ['completed', 'conference-ended-via-api']);
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/conference');
    await assert.rejects(
      conferences(added.conferenceSid).update({ announceUrl: 'https://tenant.example/hello' }),
      restError(16022),
    );
    await assert.rejects(
      conferences(added.conferenceSid).participants.create({ from, to: '+12065550100' }),
      restError(16022),
    );
    assert.equal(await recordings(recording!.sid).remove(), true);
    await assert.rejects(conferences(`CF${'0'.repeat(32)}`).fetch(), restError(20404, 404));
  });

  it('say something to everyone', async () => {
    const { conference } = await join('news');
    edge.app.answer = () => '<Response><Play>https://tenant.example/gong.wav</Play></Response>';
    await tenant.client.conferences(conference).update({ announceUrl: 'https://tenant.example/news' });
    await until(() => edge.media.rooms.at(-1)!.playbacks.some(({ items }) => items[0]?.kind === 'file'));
    edge.app.answer = () => '<Response><Pause length="3600"/></Response>';
    await assert.rejects(
      tenant.client.conferences(conference).update({ announceUrl: 'nowhere' }),
      restError(21205),
    );
  });
});

describe('Participants', () => {
  it('are listed, found by call and label, muted, held, coached and put out', async () => {
    const one = await join('team', { label: 'agent' });
    const two = await join(one.conference);
    const three = await join('team', { muted: true, startConferenceOnEnter: true });
    const { participants } = tenant.client.conferences(one.conference);
    const all = [one.call, two.call, three.call];
    assert.deepEqual(callsOf(await participants.list({ pageSize: 2 })), all);
    const page = await (await participants.page({ pageSize: 2 })).nextPage();
    assert.deepEqual(callsOf(page!.instances), [three.call]);
    assert.deepEqual(callsOf((await page!.previousPage())!.instances), [one.call, two.call]);
    assert.deepEqual(callsOf(await participants.list({ muted: true })), [three.call]);
    assert.equal((await participants('agent').fetch()).callSid, one.call);
    assert.equal((await participants(three.call).update({ muted: false })).muted, false);
    const held = await participants('agent').update({ hold: true, holdUrl: 'https://tenant.example/hold' });
    assert.equal(held.hold, true);
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/hold');
    assert.equal(edge.app.requests.at(-1)?.method, 'GET');
    assert.deepEqual(callsOf(await participants.list({ hold: true })), [one.call]);
    await assert.rejects(
      participants(two.call).update({ coaching: true, callSidToCoach: one.call }),
      restError(16027),
    );
    assert.equal((await participants('agent').update({ hold: false })).hold, false);
    const coach = await participants(two.call).update({ coaching: true, callSidToCoach: one.call });
    assert.deepEqual([coach.coaching, coach.callSidToCoach], [true, one.call]);
    assert.deepEqual(callsOf(await participants.list({ coaching: true })), [two.call]);
    const alone = await participants(two.call).update({ coaching: false });
    assert.deepEqual([alone.coaching, alone.callSidToCoach], [false, null]);
    await participants(two.call).update({ announceUrl: 'https://tenant.example/you' });
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/you');
    assert.equal(
      (await participants(two.call).update({ endConferenceOnExit: true })).endConferenceOnExit,
      true,
    );
    assert.equal(await participants(three.call).remove(), true);
    await assert.rejects(participants(three.call).fetch(), restError(20404, 404));
    assert.equal(await participants(two.call).remove(), true);
    await until(() => edge.voice.conferences.get(one.conference)?.status === 'completed');
    assert.deepEqual(await participants.list(), []);
    await assert.rejects(participants('agent').fetch(), restError(20404, 404));
    const ended = await tenant.client.conferences(one.conference).fetch();
    assert.equal(ended.callSidEndingConference, two.call);
  });

  it('refuse what they cannot be', async () => {
    const { participants } = tenant.client.conferences('refusals');
    const add = (options: object) => participants.create({ from, to: '+12065550100', ...options });
    const wrong = (options: object, code: number) => assert.rejects(add(options), restError(code));
    await wrong({ to: '' }, 21201);
    await wrong({ from: '+14155559999' }, 21210);
    await wrong({ label: 'a/b' }, 16024);
    await wrong({ label: 'x'.repeat(129) }, 16024);
    await wrong({ beep: 'loud' }, 16002);
    await wrong({ maxParticipants: 251 }, 16002);
    await wrong({ coaching: true }, 16002);
    await wrong({ callSidToCoach: 'nobody' }, 16028);
    await wrong({ conferenceStatusCallback: 'nowhere' }, 21609);
    await wrong({ amdStatusCallback: 'nowhere' }, 21609);
    await wrong({ emergencyName: 'Acme' }, 20422);
    const { call, conference } = await join('refusals');
    const present = tenant.client.conferences(conference).participants(call);
    await assert.rejects(present.update({ beepOnExit: true }), restError(20422));
    await assert.rejects(present.update({ holdUrl: 'nowhere' }), restError(21205));
    await assert.rejects(present.update({ callSidToCoach: `CA${'0'.repeat(32)}` }), restError(16028));
  });

  it('of one tenant are nothing to another, nor are its conferences', async () => {
    const { call, conference } = await join('secret');
    const { conferences } = (await edge.tenant()).client;
    await assert.rejects(conferences(conference).fetch(), restError(20404, 404));
    await assert.rejects(conferences(conference).update({ status: 'completed' }), restError(20404, 404));
    await assert.rejects(conferences(conference).participants.list(), restError(20404, 404));
    await assert.rejects(conferences(conference).participants(call).fetch(), restError(20404, 404));
    await assert.rejects(conferences(conference).participants(call).remove(), restError(20404, 404));
    await assert.rejects(
      conferences(conference).participants(call).update({ muted: true }),
      restError(20404, 404),
    );
    await assert.rejects(
      conferences(conference).participants.create({ from, to: '+12065550100' }),
      restError(20404, 404),
    );
    assert.deepEqual(await conferences.list(), []);
    assert.deepEqual(await conferences.list({ friendlyName: 'secret' }), []);
  });
});

describe('Queues', () => {
  /** A call that waits in a queue of this name. */
  const wait = async (queue: string): Promise<string> => {
    edge.app.answer = () => `<Response><Enqueue>${queue}</Enqueue></Response>`;
    const invites = edge.signalling.outgoing.length;
    const { sid } = await tenant.client.calls.create({
      from,
      to: '+12065550100',
      url: 'https://tenant.example/enqueue',
    });
    await answerNext(invites);
    const { no } = tenant.account;
    const waiting = () => edge.voice.queues.named(no, queue);
    await until(() => {
      const row = waiting();
      return row !== undefined && edge.voice.queues.members(row.sid).some(({ callSid }) => callSid === sid);
    });
    edge.app.answer = () => '<Response><Pause length="3600"/></Response>';
    return sid;
  };

  it('are made, listed, changed and deleted', async () => {
    const { queues } = tenant.client;
    const made = await queues.create({ friendlyName: 'Support' });
    assert.match(made.sid, /^QU[0-9a-f]{32}$/);
    assert.deepEqual([made.maxSize, made.currentSize, made.averageWaitTime], [1000, 0, 0]);
    const other = await queues.create({ friendlyName: 'Sales', maxSize: 5 });
    assert.deepEqual(sidsOf(await queues.list({ pageSize: 1 })), [other.sid, made.sid]);
    assert.equal((await queues(other.sid).update({ maxSize: 7 })).maxSize, 7);
    await assert.rejects(queues(other.sid).update({ friendlyName: 'Support' }), restError(20409, 409));
    await assert.rejects(queues.create({ friendlyName: 'Support' }), restError(20409, 409));
    await assert.rejects(queues.create({ friendlyName: '' }), restError(20002));
    await assert.rejects(queues.create({ friendlyName: 'x', maxSize: 5001 }), restError(20422));
    assert.equal((await queues(other.sid).update({ friendlyName: 'Deals' })).friendlyName, 'Deals');
    assert.equal(await queues(other.sid).remove(), true);
    await assert.rejects(queues(other.sid).fetch(), restError(20404, 404));
  });

  it('show who waits, and send them elsewhere', async () => {
    const first = await wait('Support');
    const second = await wait('Support');
    edge.clock.advance(5000);
    const [queue] = await tenant.client.queues.list();
    assert.deepEqual([queue!.friendlyName, queue!.currentSize], ['Support', 2]);
    await assert.rejects(tenant.client.queues(queue!.sid).remove(), restError(20409, 409));
    const { members } = tenant.client.queues(queue!.sid);
    const rows = await members.list();
    assert.deepEqual(
      rows.map(({ callSid, position, waitTime }) => [callSid, position, waitTime]),
      [
        [first, 1, 5],
        [second, 2, 5],
      ],
    );
    assert.equal((await members('Front').fetch()).callSid, first);
    assert.equal((await members(second).fetch()).position, 2);
    await assert.rejects(members('Front').update({ url: 'nowhere' }), restError(21205));
    const dequeued = await members('Front').update({ url: 'https://tenant.example/agent', method: 'GET' });
    assert.deepEqual([dequeued.callSid, dequeued.position], [first, 1]);
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/agent');
    await assert.rejects(members(first).fetch(), restError(20404, 404));
    assert.equal((await members('Front').fetch()).callSid, second);
    await tenant.client.calls(second).update({ status: 'completed' });
    await until(() => edge.voice.queues.size(queue!.sid) === 0);
    await assert.rejects(members('Front').fetch(), restError(20404, 404));
  });

  it('of one tenant are nothing to another', async () => {
    const call = await wait('Private');
    const [queue] = await tenant.client.queues.list();
    const { queues } = (await edge.tenant()).client;
    const theirs = queues(queue!.sid);
    await assert.rejects(theirs.fetch(), restError(20404, 404));
    await assert.rejects(theirs.update({ maxSize: 1 }), restError(20404, 404));
    await assert.rejects(theirs.remove(), restError(20404, 404));
    await assert.rejects(theirs.members.list(), restError(20404, 404));
    await assert.rejects(theirs.members(call).fetch(), restError(20404, 404));
    await assert.rejects(
      theirs.members('Front').update({ url: 'https://x.example/' }),
      restError(20404, 404),
    );
    assert.deepEqual(await queues.list(), []);
  });
});
