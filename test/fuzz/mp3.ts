import assert from 'node:assert/strict';
import { createMp3Encoder } from 'wasm-media-encoders';
import { decodeSound } from '../../media/audio/files/decode-sound.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const maxDurationMs = 20_000;

async function encode(sampleRate: number, channels: 1 | 2, bitrate: 32 | 64): Promise<Buffer> {
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate, channels, bitrate });
  const plane = Float32Array.from({ length: sampleRate }, (_, n) => Math.sin((n * n) / 40_000) / 2);
  const frames = Buffer.from(encoder.encode(channels === 2 ? [plane, plane] : [plane]));
  return Buffer.concat([frames, Buffer.from(encoder.finalize())]);
}

const originals = Promise.all([encode(8_000, 1, 32), encode(44_100, 2, 64), encode(22_050, 1, 32)]);

function mutate(dice: Dice, files: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(dice.pick(files));
  for (let rounds = dice.int(12); rounds > 0; rounds--) {
    const at = dice.int(bytes.length + 1);
    switch (dice.int(6)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.int(300)), bytes.subarray(at)]);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + dice.int(500))]);
        break;
      case 2: {
        // Another stream in the middle: rate and channels change.
        const other = dice.pick(files);
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          other.subarray(dice.int(other.length)),
          bytes.subarray(at),
        ]);
        break;
      }
      case 3: {
        const size = dice.bytes(4).map((octet) => octet & 0x7f);
        bytes = Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), size, bytes]);
        break;
      }
      default:
        if (at < bytes.length) bytes[at] = dice.pick([0, 0xff, 0xfb, dice.int(256)]);
    }
  }
  return bytes.subarray(0, 60_000);
}

/** MP3 streams, damaged, cut and spliced: an answer of the closed set, and never more sound than the bound. */
export const fuzzer: Fuzzer = {
  name: 'mp3',
  async attack(dice) {
    const bytes = mutate(dice, await originals);
    let samples = 0;
    const result = await decodeSound(
      [bytes],
      { maxDurationMs, maxInputBytes: 100_000, contentType: 'audio/mpeg' },
      (block) => {
        samples += block.length;
      },
    );
    assert.ok(samples <= maxDurationMs * 8, 'more sound than allowed');
    const refusals = ['malformed', 'unsupported', 'empty', 'too-long'];
    assert.ok(result.ok ? result.value.samples === samples : refusals.includes(result.error));
  },
};
