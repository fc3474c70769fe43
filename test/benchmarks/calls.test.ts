import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bdecode, bencode, type Bencoded } from '../../benchmarks/support/bencode.ts';
import { sampleCalls } from '../../benchmarks/support/call-sample.ts';
import { bare, edgeCalls } from '../../benchmarks/support/call-contenders.ts';
import { Forked } from '../../benchmarks/support/forked.ts';
import type { MediaQuestion } from '../../benchmarks/support/media-main.ts';
import { RtpLoad } from '../../benchmarks/support/rtp-load.ts';
import { toneWav } from '../../benchmarks/support/tone-wav.ts';

describe('the benchmark of calls', () => {
  it('calls a bare application', async () => {
    const server = await bare();
    try {
      const row = await sampleCalls(server, 10, 1);
      assert.deepEqual([row.calls, row.failed, row.retransmissions], [10, 0, 0]);
      assert.ok(row.us > 0);
      const { answered, dialogs } = await server.state();
      assert.deepEqual([answered, dialogs], [10, 0]);
    } finally {
      await server.stop();
    }
  });

  it('calls an edge that plays, and one that connects', async () => {
    const { ivr, bridged, short, stop } = await edgeCalls();
    try {
      const second = await sampleCalls(ivr, 5, 1);
      const connected = await sampleCalls(bridged, 5, 1);
      const tenth = await sampleCalls(short, 5, 1);
      for (const { failed } of [second, connected, tenth]) assert.equal(failed, 0);
      // 20 ms each; the last one may be on its way when the call ends.
      assert.ok(second.heardPerCall >= 49, `${second.heardPerCall}`);
      assert.ok(tenth.heardPerCall >= 4, `${tenth.heardPerCall}`);
      assert.ok((connected.peersByName['callee'] ?? 0) >= 0);
    } finally {
      await stop();
    }
  });
});

const hasCompiler = spawnSync('cc', ['--version'], { stdio: 'ignore' }).error === undefined;

describe('the benchmark of media', () => {
  it(hasCompiler ? 'loses no packet of two calls' : 'says that it needs a C compiler', async () => {
    if (!hasCompiler) {
      await assert.rejects(RtpLoad.start(), /cc/);
      return;
    }
    const phones = await RtpLoad.start();
    const media = new Forked<MediaQuestion>('media-main');
    try {
      const ports = await media.ask<number[]>({ ask: 'bridge', calls: 2, phonePort: phones.port });
      assert.equal(new Set(ports).size, 4);
      const { sent, received, foreign } = await phones.run('relay', 0.5, ports);
      assert.deepEqual([sent, received, foreign], [100, 100, 0]);
    } finally {
      await media.stop();
      await phones.stop();
    }
  });

  it('reads what it writes to rtpengine', () => {
    const value = fc.letrec<{ value: Bencoded }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.array(tie('value')),
        fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(fc.property(value, (each) => assert.deepEqual(bdecode(Buffer.from(bencode(each))), each)));
  });

  it('writes a WAV file of the length that was asked for', () => {
    const wav = toneWav(1_000);
    assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
    assert.equal(wav.readUInt32LE(40), 16_000);
    assert.equal(wav.length, 16_044);
  });
});
