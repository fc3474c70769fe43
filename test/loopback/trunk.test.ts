import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { busyHere, decline, plainCallBehaviour } from '../../edge/loopback/voice/behaviour.ts';
import type { CallEvent } from '../../edge/loopback/voice/events.ts';
import { LoopbackTrunk } from '../../edge/loopback/voice/trunk.ts';
import { until } from '../support/until.ts';
import { toneShare } from '../peers/rtp-phone.ts';

const alice = '+15125550142';
const bob = '+14155550100';

/** The samples of a WAV file of 16 bits, mono. */
function samplesOf(file: string): Int16Array {
  const bytes = readFileSync(file).subarray(44);
  return new Int16Array(new Uint8Array(bytes).buffer);
}

/** The largest share of a tone in any 200 ms. */
function mostOf(samples: Int16Array, hz: number): number {
  let most = 0;
  for (let at = 0; at + 1_600 <= samples.length; at += 400)
    most = Math.max(most, toneShare(samples.subarray(at, at + 1_600), hz));
  return most;
}

/** A trunk's events as they come. */
function watch(trunk: LoopbackTrunk) {
  const events: CallEvent[] = [];
  const waiting = new Set<() => void>();
  trunk.subscribe((event) => {
    events.push(event);
    for (const look of [...waiting]) look();
  });
  const of = <T extends CallEvent['type']>(type: T) =>
    events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);
  return {
    of,
    events,
    /** Resolves with the first event of this type, at once or when it comes. */
    next: <T extends CallEvent['type']>(type: T) =>
      new Promise<Extract<CallEvent, { type: T }>>((resolve) => {
        const look = (): void => {
          const [found] = of(type);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

describe('the loopback trunk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-trunk-'));
  let near: LoopbackTrunk;
  let far: LoopbackTrunk;
  let seen: { near: ReturnType<typeof watch>; far: ReturnType<typeof watch> };

  before(async () => {
    far = await LoopbackTrunk.open({ media: { address: '127.0.0.1', ports: { first: 9_000, last: 9_099 } } });
    near = await LoopbackTrunk.open({
      peer: `sip:127.0.0.1:${far.address.port}`,
      media: { address: '127.0.0.1', ports: { first: 9_100, last: 9_199 } },
      patienceMs: 5_000,
    });
  });
  after(async () => {
    await near.close();
    await far.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = async (change: Parameters<LoopbackTrunk['behave']>[0]): Promise<void> => {
    seen = { near: watch(near), far: watch(far) };
    await far.behave({ ...plainCallBehaviour, ringMs: 0, ...change });
  };
  afterEach(() => {
    assert.deepEqual([near.counts.callsNow, far.counts.callsNow], [0, 0]);
  });

  it('brings what each phone says to the other, and leaves it in WAV files', async () => {
    await begin({
      manners: { says: [{ kind: 'tone', tone: 'busy', durationMs: 3_000 }], presses: [], hangUpAfterMs: 0 },
      recordFolder: folder,
    });
    const recordTo = join(folder, 'near.wav');
    const placed = await near.call(alice, bob, {
      says: [
        { kind: 'silence', durationMs: 200 },
        { kind: 'tone', tone: 'record-beep', durationMs: 1_000 },
      ],
      hangUpAfterMs: 1_500,
      recordTo,
    });
    assert.deepEqual(await placed.end, { kind: 'ended', by: 'phone' });
    const heardFar = await seen.far.next('recorded');
    const farSamples = samplesOf(heardFar.file);
    assert.ok(mostOf(farSamples, 1_000) > 0.9, `${mostOf(farSamples, 1_000)}`);
    const nearSamples = samplesOf(recordTo);
    for (const hz of [480, 620])
      assert.ok(mostOf(nearSamples, hz) > 0.4, `${hz}: ${mostOf(nearSamples, hz)}`);
    assert.ok(mostOf(nearSamples, 1_000) < 0.05);
    assert.equal(heardFar.file, join(folder, `1-${alice}-${bob}.wav`));
    const [dialled] = seen.near.of('dialled');
    const [offered] = seen.far.of('offered');
    assert.deepEqual([offered?.from, offered?.to, offered?.callId], [alice, bob, dialled?.callId]);
    assert.deepEqual(
      seen.near.events.map(({ type }) => type).filter((type) => type !== 'recorded'),
      ['dialled', 'ringing', 'answered', 'ended'],
    );
    assert.equal((await seen.far.next('ended')).by, 'peer');
  });

  it('says what is in a sound file', async () => {
    const file = join(folder, 'greeting.wav');
    const samples = Int16Array.from(
      { length: 8_000 },
      (_, n) => 8_000 * Math.sin((2 * Math.PI * 700 * n) / 8_000),
    );
    writeFileSync(file, wav(samples));
    await begin({ manners: { says: [{ kind: 'file', file }], presses: [], hangUpAfterMs: 1_200 } });
    const recordTo = join(folder, 'heard.wav');
    const placed = await near.call(alice, bob, { recordTo });
    assert.deepEqual(await placed.end, { kind: 'ended', by: 'peer' });
    assert.ok(mostOf(samplesOf(recordTo), 700) > 0.9);
  });

  it('presses digits when it is time, and when the other side has finished speaking', async () => {
    await begin({
      manners: {
        says: [
          { kind: 'silence', durationMs: 300 },
          { kind: 'tone', tone: 'record-beep', durationMs: 500 },
        ],
        presses: [],
        hangUpAfterMs: 0,
      },
    });
    const placed = await near.call(alice, bob, {
      presses: [
        { digits: '12', when: { kind: 'at', atMs: 50 } },
        { digits: '#', when: { kind: 'pause', silenceMs: 200 } },
      ],
    });
    await until(() => seen.far.of('digit').length === 3);
    assert.deepEqual(
      seen.far.of('digit').map(({ digit }) => digit),
      ['1', '2', '#'],
    );
    placed.hangUp();
    await placed.end;
    assert.deepEqual(
      seen.near.of('pressed').map(({ digits }) => digits),
      ['12', '#'],
    );
    await seen.far.next('ended');
  });

  it('is busy, declines and does not answer as the number says', async () => {
    await begin({
      fates: {
        bySuffix: [
          { suffix: '01', fate: { kind: 'refused', status: busyHere } },
          { suffix: '02', fate: { kind: 'refused', status: decline } },
          { suffix: '03', fate: { kind: 'unanswered' } },
        ],
        busyShare: 0,
        unansweredShare: 0,
      },
    });
    const refusal = async (to: string) => (await near.call(alice, to)).end;
    assert.deepEqual(await refusal('+14155550101'), { kind: 'refused', status: busyHere });
    assert.deepEqual(await refusal('+14155550102'), { kind: 'refused', status: decline });
    const unanswered = await near.call(alice, '+14155550103');
    await seen.near.next('ringing');
    unanswered.hangUp();
    assert.deepEqual(await unanswered.end, { kind: 'refused', status: 487 });
    await until(() => seen.far.of('refused').length === 3);
    assert.deepEqual(
      seen.far.of('refused').map(({ status }) => status),
      [busyHere, decline, 487],
    );
  });

  it('answers whoever asks whether it is well', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const request = [
      `OPTIONS sip:127.0.0.1:${far.address.port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK1`,
      'From: <sip:edge@127.0.0.1>;tag=1',
      `To: <sip:127.0.0.1:${far.address.port}>`,
      'Call-ID: health',
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
    ];
    socket.send(`${request.join('\r\n')}\r\n\r\n`, far.address.port, '127.0.0.1');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    assert.match(answer.toString(), /^SIP\/2\.0 200 /);
  });

  it('says why a phone cannot speak, and that nobody can be called', async () => {
    const says = [{ kind: 'file', file: join(folder, 'none.wav') }] as const;
    await assert.rejects(near.call(alice, bob, { says }), /none\.wav cannot be played: unreadable/);
    await assert.rejects(far.call(alice, bob), /no peer/);
  });

  it('hangs up what stands when it closes', async () => {
    await begin({});
    const third = await LoopbackTrunk.open({
      peer: `sip:127.0.0.1:${far.address.port};transport=tcp`,
      media: { address: '127.0.0.1', ports: { first: 9_200, last: 9_299 } },
    });
    const calling = watch(third);
    const placed = await third.call(alice, bob);
    await calling.next('answered');
    await third.close();
    assert.equal((await placed.end).kind, 'ended');
    assert.equal((await seen.far.next('ended')).by, 'peer');
  });
});

function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
