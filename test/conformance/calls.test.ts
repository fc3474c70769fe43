import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, until, type Edge, type Tenant } from '../api/edge.ts';
import { documentedProperties } from './properties.ts';

/** What the API answers beyond the helper library's types, as its documentation and its OpenAPI examples show. */
const beyond = new Set(['subresource_uris', 'uri', 'track']);

/** Shown of one resource only, not in lists. */
const fetchedOnly = new Set(['request_variables', 'response_body', 'response_headers']);

describe('the shape of calls and what hangs on them', () => {
  let edge: Edge;
  let tenant: Tenant;
  let call: string;
  let conference: string;
  const from = '+14155550100';
  const path = (rest: string): string => `/2010-04-01/Accounts/${tenant.account.sid}/${rest}.json`;
  const get = async (rest: string): Promise<Record<string, unknown>> => {
    const { status, body } = await edge.raw(tenant, path(rest));
    assert.equal(status, 200, rest);
    return body;
  };
  const post = async (rest: string, form: Record<string, string>): Promise<Record<string, unknown>> => {
    const { status, body } = await edge.raw(tenant, path(rest), form);
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  };
  const shape = (body: Record<string, unknown>, resource: string, missing = new Set<string>()): void => {
    const documented = documentedProperties(`account/${resource}`);
    const got = Object.keys(body);
    assert.deepEqual(
      documented.filter((name) => !got.includes(name) && !missing.has(name)),
      [],
      `${resource} lacks properties`,
    );
    assert.deepEqual(
      got.filter((name) => !documented.includes(name) && !beyond.has(name)),
      [],
      `${resource} has others`,
    );
  };
  /** The rows of a list. */
  const rows = async (rest: string, key: string): Promise<Record<string, unknown>[]> => {
    const list = (await get(rest))[key] as Record<string, unknown>[];
    assert.ok(list.length > 0, rest);
    return list;
  };
  const answerNext = async (invites: number): Promise<void> => {
    await until(() => {
      edge.clock.advance(1);
      return edge.signalling.outgoing.length > invites;
    });
    edge.signalling.outgoing.at(-1)!.answer();
  };

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    await edge.stock({ e164: from });
    assert.ok((await edge.inventory.buy(tenant.account.sid, from)).ok);
    edge.app.answer = () => '<Response><Enqueue>Support</Enqueue></Response>';
    const made = await post('Calls', { To: '+12065550100', From: from, Url: 'https://tenant.example/' });
    shape(made, 'call');
    call = String(made['sid']);
    await answerNext(0);
    await until(() => edge.voice.queues.list(tenant.account.no, { limit: 1 }).rows.length > 0);
    const added = await post('Conferences/Monday/Participants', { To: '+12065550101', From: from });
    shape(added, 'conference/participant');
    conference = String(added['conference_sid']);
    await answerNext(1);
    await until(() => edge.voice.conferences.room(conference)!.all().length > 0);
  });

  it('is as documented for calls and their events', async () => {
    const [listed] = (await rows('Calls', 'calls')).slice(-1);
    assert.deepEqual(listed, await get(`Calls/${call}`));
    const subresources = listed['subresource_uris'] as Record<string, string>;
    assert.equal(subresources['events'], path(`Calls/${call}/Events`));
    for (const event of await rows(`Calls/${call}/Events`, 'events')) shape(event, 'call/event');
  });

  it('is as documented for recordings', async () => {
    const made = await post(`Calls/${call}/Recordings`, { RecordingChannels: 'dual' });
    shape(made, 'call/recording');
    const sid = String(made['sid']);
    shape(await get(`Calls/${call}/Recordings/${sid}`), 'call/recording');
    const [ofAccount] = await rows('Recordings', 'recordings');
    shape(ofAccount!, 'recording');
    assert.deepEqual(ofAccount, await get(`Recordings/${sid}`));
    edge.media.legs[0]!.recorders.at(-1)!.end();
    await until(() => edge.voice.recordings.get(sid)?.status === 'completed');
    shape(await get(`Recordings/${sid}`), 'recording');
  });

  it('is as documented for conferences and participants', async () => {
    shape(await get(`Conferences/${conference}`), 'conference');
    const [row] = await rows('Conferences', 'conferences');
    shape(row!, 'conference');
    const [participant] = await rows(`Conferences/${conference}/Participants`, 'participants');
    shape(participant!, 'conference/participant');
    const room = edge.voice.conferences.room(conference)!;
    const active = await room.record({
      trimSilence: false,
      source: 'StartConferenceRecordingAPI',
      callSid: String(participant!['call_sid']),
      statusCallback: null,
    });
    await edge.store.durable();
    const [recording] = await rows(`Conferences/${conference}/Recordings`, 'recordings');
    assert.equal(recording!['sid'], active!.sid);
    shape(recording!, 'conference/recording');
  });

  it('is as documented for queues and members', async () => {
    const [queue] = await rows('Queues', 'queues');
    shape(queue!, 'queue');
    const sid = String(queue!['sid']);
    const [member] = await rows(`Queues/${sid}/Members`, 'queue_members');
    shape(member!, 'queue/member');
    assert.deepEqual(await get(`Queues/${sid}/Members/Front`), member);
  });

  it('is as documented for notifications', async () => {
    edge.alerts.record({
      accountSid: tenant.account.sid,
      code: 11200,
      resourceSid: call,
      detail: 'the answer was 500',
      request: null,
    });
    await edge.store.durable();
    for (const [base, resource] of [
      ['', 'notification'],
      [`Calls/${call}/`, 'call/notification'],
    ] as const) {
      const [row] = await rows(`${base}Notifications`, 'notifications');
      shape(row!, resource, fetchedOnly);
      shape(await get(`${base}Notifications/${String(row!['sid'])}`), resource);
    }
  });
});
