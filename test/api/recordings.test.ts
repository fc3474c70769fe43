import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import { wavHeader } from '../../media/audio/files/wav-header.ts';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
let call: string;
let last = 5_550_100;

before(async () => {
  edge = await openTestEdge();
});
beforeEach(async () => {
  tenant = await edge.tenant();
  const from = `+1415${++last}`;
  await edge.stock({ e164: from });
  await tenant.client.incomingPhoneNumbers.create({ phoneNumber: from });
  const made = await tenant.client.calls.create({ to: '+12065550100', from, url: 'https://tenant.example/' });
  call = made.sid;
  const invites = edge.signalling.outgoing.length;
  await until(() => edge.signalling.outgoing.length > invites || invites > 0);
  edge.signalling.outgoing.at(-1)!.answer();
  await until(() => edge.voice.calls.get(call)?.status === 'in-progress');
});

const sidsOf = (rows: readonly { sid: string }[]) => rows.map(({ sid }) => sid);
/** The recorder of the call's leg. */
const recorder = () => edge.media.legs.at(-1)!.recorders.at(-1)!;

/** Records the call with this sound, and ends the recording. */
async function recorded(channels: 'mono' | 'dual', samples: readonly number[]): Promise<string> {
  const { sid } = await tenant.client.calls(call).recordings.create({ recordingChannels: channels });
  const data = Buffer.from(new Int16Array(samples).buffer);
  const header = wavHeader(channels === 'dual' ? 2 : 1, data.length);
  writeFileSync(recorder().options.file, Buffer.concat([header, data]));
  recorder().end({ durationMs: 2_000, bytes: header.length + data.length });
  await until(() => edge.voice.recordings.get(sid)?.status === 'completed');
  return sid;
}

const media = (sid: string, rest = '') =>
  fetch(`${edge.origin}/2010-04-01/Accounts/${tenant.account.sid}/Recordings/${sid}${rest}`);

describe('Recordings', () => {
  it('of a call are begun, paused, resumed and stopped', async () => {
    const { recordings } = tenant.client.calls(call);
    const made = await recordings.create({
      recordingChannels: 'dual',
      recordingTrack: 'outbound',
      trim: 'trim-silence',
      recordingStatusCallback: 'https://tenant.example/recording',
      recordingStatusCallbackEvent: ['completed'],
    });
    assert.match(made.sid, /^RE[0-9a-f]{32}$/);
    assert.deepEqual(
      [made.callSid, made.status, made.channels, made.track, made.source, made.duration],
      [call, 'in-progress', 2, 'outbound', 'StartCallRecordingAPI', null],
    );
    const base = `/2010-04-01/Accounts/${tenant.account.sid}`;
    assert.equal(made.uri, `${base}/Calls/${call}/Recordings/${made.sid}.json`);
    assert.equal(recorder().options.trimSilence, true);
    const recording = recordings(made.sid);
    assert.equal((await recording.update({ status: 'paused', pauseBehavior: 'skip' })).status, 'paused');
    assert.equal(recorder().paused, 'skip');
    assert.equal(
      (await recordings('Twilio.CURRENT').update({ status: 'in-progress' })).status,
      'in-progress',
    );
    assert.equal(recorder().paused, undefined);
    await assert.rejects(recording.update({ status: 'completed' }), restError(20422));
    const stopped = await recording.update({ status: 'stopped' });
    assert.deepEqual([stopped.status, stopped.duration], ['completed', '2']);
    await assert.rejects(recording.update({ status: 'paused' }), restError(21220));
    await until(() => edge.app.requests.at(-1)?.url === 'https://tenant.example/recording');
    await tenant.client.calls(call).update({ status: 'completed' });
    await assert.rejects(recordings.create(), restError(21220));
    await assert.rejects(recordings.create({ recordingTrack: 'all' }), restError(20422));
  });

  it('are listed by call and date, under their account and their call', async () => {
    const { client, account } = tenant;
    const first = await recorded('mono', [1]);
    const second = await recorded('mono', [1]);
    const { recordings } = client;
    assert.deepEqual(sidsOf(await recordings.list({ pageSize: 1 })), [second, first]);
    assert.deepEqual(sidsOf(await client.calls(call).recordings.list()), [second, first]);
    assert.deepEqual(sidsOf(await recordings.list({ callSid: call })), [second, first]);
    assert.deepEqual(await recordings.list({ callSid: `CA${'0'.repeat(32)}` }), []);
    assert.deepEqual(await recordings.list({ conferenceSid: `CF${'0'.repeat(32)}` }), []);
    const now = new Date(edge.clock.now());
    assert.equal((await recordings.list({ dateCreated: now })).length, 2);
    const later = new Date(now.getTime() + 2 * 86_400_000);
    assert.deepEqual(await recordings.list({ dateCreatedAfter: later, includeSoftDeleted: true }), []);
    await assert.rejects(recordings.list({ callSid: 'nobody' }), restError(20422));
    const one = await recordings(first).fetch();
    assert.equal(one.uri, `/2010-04-01/Accounts/${account.sid}/Recordings/${first}.json`);
    assert.ok(one.mediaUrl.endsWith(`/2010-04-01/Accounts/${account.sid}/Recordings/${first}`));
    assert.equal((await client.calls(call).recordings(first).fetch()).sid, first);
  });

  it('are heard as WAV and MP3, with their channels or one', async () => {
    const sid = await recorded('dual', [100, 200, 300, 400]);
    for (const suffix of ['', '.wav']) {
      const answer = await media(sid, suffix);
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'audio/x-wav']);
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(bytes.readUInt16LE(22), 2);
    }
    const mono = Buffer.from(await (await media(sid, '.wav?RequestedChannels=1')).arrayBuffer());
    assert.deepEqual([mono.readUInt16LE(22), mono.readInt16LE(44), mono.readInt16LE(46)], [1, 300, 700]);
    const mp3 = await media(sid, '.mp3');
    assert.deepEqual([mp3.status, mp3.headers.get('content-type')], [200, 'audio/mpeg']);
    assert.equal((await media(sid, '.mp3?RequestedChannels=2')).status, 200);
    assert.equal((await media(sid, '.ogg')).status, 404);
    assert.equal((await media(sid, '?RequestedChannels=3')).status, 400);
    const single = await recorded('mono', [1, 2]);
    const dual = await media(single, '.wav?RequestedChannels=2');
    assert.deepEqual([dual.status, ((await dual.json()) as { code: number }).code], [400, 16113]);
    const running = await tenant.client.calls(call).recordings.create();
    assert.equal((await media(running.sid)).status, 404);
  });

  it('are deleted with every file that was made of them', async () => {
    const sid = await recorded('dual', [100, 200]);
    await media(sid, '.mp3');
    await media(sid, '.wav?RequestedChannels=1');
    const file = edge.voice.recordings.file(sid);
    const beside = ['.wav', '.mp3', '.mono.wav'].map((end) => file.replace(/\.wav$/, end));
    assert.deepEqual(beside.map(existsSync), [true, true, true]);
    assert.equal(await tenant.client.recordings(sid).remove(), true);
    assert.deepEqual(beside.map(existsSync), [false, false, false]);
    await assert.rejects(tenant.client.recordings(sid).fetch(), restError(20404, 404));
    assert.equal((await media(sid)).status, 404);
    const other = await recorded('mono', [1]);
    assert.equal(await tenant.client.calls(call).recordings(other).remove(), true);
    assert.deepEqual(await tenant.client.recordings.list(), []);
  });

  it('of one tenant are nothing to another', async () => {
    const sid = await recorded('mono', [1]);
    const { client, account } = await edge.tenant();
    await assert.rejects(client.recordings(sid).fetch(), restError(20404, 404));
    await assert.rejects(client.recordings(sid).remove(), restError(20404, 404));
    await assert.rejects(client.calls(call).recordings(sid).fetch(), restError(20404, 404));
    await assert.rejects(
      client.calls(call).recordings(sid).update({ status: 'stopped' }),
      restError(20404, 404),
    );
    assert.deepEqual(await client.recordings.list(), []);
    assert.deepEqual(await client.recordings.list({ callSid: call }), []);
    assert.deepEqual(await client.calls(call).recordings.list(), []);
    const path = `/2010-04-01/Accounts/${account.sid}/Recordings/${sid}`;
    assert.equal((await fetch(edge.origin + path)).status, 404);
  });
});

describe('Streams', () => {
  const listener = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const url = (): string => `ws://127.0.0.1:${(listener.address() as AddressInfo).port}/media`;
  before(async () => {
    if (listener.address() === null) await new Promise((resolve) => listener.once('listening', resolve));
  });
  after(() => listener.close());

  it('of a call are begun and stopped, by SID and by name', async () => {
    const { streams } = tenant.client.calls(call);
    const one = await streams.create({
      url: url(),
      name: 'first',
      track: 'both_tracks',
      'parameter1.name': 'colour',
      'parameter1.value': 'red',
    });
    assert.match(one.sid, /^MZ[0-9a-f]{32}$/);
    assert.deepEqual([one.callSid, one.name, one.status], [call, 'first', 'in-progress']);
    assert.equal((await streams('first').update({ status: 'stopped' })).status, 'stopped');
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/Calls/${call}/Streams.json`;
    assert.equal((await edge.raw(tenant, path, { Url: url(), Name: 'third' })).status, 200);
    const two = await streams.create({ url: url() });
    assert.equal(two.name, null);
    assert.equal((await streams(two.sid).update({ status: 'stopped' })).sid, two.sid);
    await assert.rejects(streams('nobody').update({ status: 'stopped' }), restError(20404, 404));
    await assert.rejects(streams.create({ url: 'https://tenant.example/' }), restError(31922));
    await assert.rejects(
      streams.create({ url: 'wss://tenant.example/', track: 'no_track' as 'both_tracks' }),
      restError(31941),
    );
    await tenant.client.calls(call).update({ status: 'completed' });
    await assert.rejects(streams.create({ url: 'wss://tenant.example/' }), restError(21220));
    const { client } = await edge.tenant();
    await assert.rejects(
      client.calls(call).streams(one.sid).update({ status: 'stopped' }),
      restError(20404, 404),
    );
  });
});

describe('Transcriptions', () => {
  it('are listed, fetched and deleted, of the account and of their recording', async () => {
    const [first, second] = [await recorded('mono', [0]), await recorded('mono', [0])];
    const { transcriptions } = edge.voice;
    const begin = (sid: string) => transcriptions.begin(edge.voice.recordings.get(sid)!, null);
    const [one, other] = [begin(first), begin(second)];
    transcriptions.finish(one.sid, 'good morning');
    // Lists show what is on disk.
    await edge.messaging.ledger.durable();
    const { client } = tenant;
    const fetched = await client.transcriptions(one.sid).fetch();
    assert.deepEqual(
      [fetched.status, fetched.transcriptionText, fetched.duration, fetched.recordingSid, fetched.type],
      ['completed', 'good morning', '2', first, 'fast'],
    );
    assert.deepEqual(sidsOf(await client.transcriptions.list()), [other.sid, one.sid]);
    assert.deepEqual(sidsOf(await client.recordings(first).transcriptions.list()), [one.sid]);
    const within = client.recordings(second).transcriptions(other.sid);
    assert.equal((await within.fetch()).status, 'in-progress');
    await assert.rejects(client.recordings(first).transcriptions(other.sid).fetch(), restError(20404, 404));
    await assert.rejects(
      client.recordings(`RE${'0'.repeat(32)}`).transcriptions.list(),
      restError(20404, 404),
    );
    await within.remove();
    await client.transcriptions(one.sid).remove();
    // Whoever is still listening then has nobody to tell.
    transcriptions.finish(other.sid, 'good night');
    assert.deepEqual(await client.transcriptions.list(), []);
  });

  it('are nothing to another tenant', async () => {
    const sid = await recorded('mono', [0]);
    const one = edge.voice.transcriptions.begin(edge.voice.recordings.get(sid)!, null);
    const stranger = await edge.tenant();
    await assert.rejects(stranger.client.transcriptions(one.sid).fetch(), restError(20404, 404));
    await assert.rejects(stranger.client.transcriptions(one.sid).remove(), restError(20404, 404));
    await assert.rejects(stranger.client.recordings(sid).transcriptions.list(), restError(20404, 404));
    assert.deepEqual(await stranger.client.transcriptions.list(), []);
  });
});
