import assert from 'node:assert/strict';
import { decodeSound } from '../../media/audio/files/decode-sound.ts';
import type { Encoding } from '../../media/audio/files/pcm.ts';
import { aiff, au, chunk, wav } from '../media/audio/file-makers.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const encodings: readonly Encoding[] = ['u8', 's16', 's24', 's32', 'f32', 'f64', 'ulaw', 'alaw'];
const maxDurationMs = 2_000;

function wellFormed(dice: Dice): Buffer {
  const length = dice.int(600);
  const channels = Array.from({ length: 1 + dice.int(3) }, () =>
    Float32Array.from({ length }, () => dice.int(65_536) / 32_768 - 1),
  );
  const rateHz = dice.pick([4_000, 8_000, 8_001, 16_000, 44_100, 192_000]);
  switch (dice.int(4)) {
    case 0: {
      const encoding = dice.pick<Encoding>(['s8', 's16', 's24', 's32']);
      return aiff(channels, encoding, rateHz, dice.int(2) === 0 ? undefined : dice.pick(['sowt', 'NONE']));
    }
    case 1:
      return au(channels, 3, 's16', rateHz);
    default: {
      const before = dice.int(3) === 0 ? [chunk('LIST', dice.bytes(dice.int(200)))] : [];
      return wav(channels, { encoding: dice.pick(encodings), rateHz, extensible: dice.int(2) === 0, before });
    }
  }
}

/** Mostly the headers, where what is written decides what is done. */
function mutate(dice: Dice, from: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(from);
  for (let rounds = dice.int(5); rounds > 0; rounds--) {
    const at = dice.int(Math.min(bytes.length, dice.pick([80, 100_000])) + 1);
    const change = dice.int(4);
    if (change === 0)
      bytes = Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.int(30)), bytes.subarray(at)]);
    else if (change === 1 && dice.int(4) === 0) bytes = bytes.subarray(0, at);
    else if (at < bytes.length) bytes[at] = dice.pick([0, 1, 0x7f, 0x80, 0xff, dice.int(256)]);
  }
  return bytes;
}

/** Frames of noise with the signature that each must have. */
function gsm(dice: Dice): Buffer {
  const bytes = dice.bytes(33 * dice.int(40) + dice.int(33));
  for (let at = 0; at < bytes.length; at += 33) bytes[at] = 0xd0 | dice.int(16);
  return bytes;
}

async function read(
  bytes: Buffer,
  pieceBytes: number,
  contentType: string,
): Promise<readonly [unknown, Int16Array[]]> {
  const pieces = function* (): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
  const blocks: Int16Array[] = [];
  const bounds = { maxDurationMs, maxInputBytes: 100_000, contentType };
  const result = await decodeSound(pieces(), bounds, (block) => void blocks.push(block.slice()));
  return [result, blocks];
}

/** WAV, AIFF, AU and GSM files, bent, in arbitrary pieces: one answer whatever the pieces, and never more than the bound. */
export const fuzzer: Fuzzer = {
  name: 'sound file',
  async attack(dice) {
    const contentType = dice.pick(['audio/wav', 'audio/gsm', 'audio/basic']);
    const bare = contentType === 'audio/wav' ? dice.int(20) === 0 : dice.int(2) === 0;
    const bytes = bare ? gsm(dice) : mutate(dice, wellFormed(dice));
    const [result, blocks] = await read(bytes, 1 + dice.int(dice.pick([3, 50, 5_000])), contentType);
    const samples = blocks.reduce((sum, block) => sum + block.length, 0);
    assert.ok(samples <= maxDurationMs * 8, 'more sound than allowed');
    assert.deepEqual(await read(bytes, 100_000, contentType), [result, blocks]);
  },
};
