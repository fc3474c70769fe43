import { open, unlink } from 'node:fs/promises';
import { assertNever, fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { samplesPerMs, saturate } from '../frame.ts';
import { aiffDecoder } from './aiff.ts';
import { AuDecoder } from './au.ts';
import { GsmDecoder } from './gsm.ts';
import { Mp3Decoder } from './mp3-decoder.ts';
import { PcmDecoder } from './pcm.ts';
import { Resampler } from './resampler.ts';
import { sniffBytes, soundKind } from './sniff.ts';
import type { SoundKind } from './sniff.ts';
import type { SoundDecoder, SoundFault } from './sound-decoder.ts';
import { wavDecoder } from './wav.ts';

export interface DecodeOptions {
  /** What the server said; used where the bytes say nothing. */
  readonly contentType?: string;
  readonly maxDurationMs: number;
  readonly maxInputBytes: number;
}

/** `empty`: a sound file without sound. `unreadable`: the input broke off. `unwritable`: the output could not be written. */
export type SoundRefusal = SoundFault | 'empty' | 'too-long' | 'too-large' | 'unreadable' | 'unwritable';

export interface DecodedSound {
  readonly durationMs: number;
  readonly samples: number;
}

/** Decoded at once, so that a bound is noticed before much is done beyond it. */
const pieceBytes = 16_384;
/** Handed on at once: a second. */
const blockSamples = 8_000;

async function openDecoder(kind: SoundKind): Promise<SoundDecoder> {
  switch (kind) {
    case 'wav':
      return wavDecoder();
    case 'aiff':
      return aiffDecoder();
    case 'au':
      return new AuDecoder();
    case 'gsm':
      return new GsmDecoder();
    case 'mp3':
      return Mp3Decoder.open();
    case 'ulaw':
      return new PcmDecoder({ encoding: 'ulaw', littleEndian: true, channels: 1, rateHz: 8_000 });
    default:
      return assertNever(kind);
  }
}

/** Samples of any rate, which may change, gathered to 16 bits at 8 kHz. */
class Gatherer {
  samples = 0;
  private rateHz = 0;
  private resampler: Resampler | undefined;
  private block = new Int16Array(blockSamples);
  private filled = 0;
  private ready: Int16Array[] = [];

  readonly hear = (samples: Float32Array, rateHz: number): void => {
    if (rateHz !== this.rateHz) {
      this.resampler?.end(this.gather);
      this.resampler = new Resampler(rateHz);
      this.rateHz = rateHz;
    }
    this.resampler?.push(samples, this.gather);
  };

  /** Whole blocks since the last call; with `all`, the rest too. */
  take(all: boolean): Int16Array[] {
    if (all) {
      this.resampler?.end(this.gather);
      if (this.filled > 0) this.ready.push(this.block.subarray(0, this.filled));
      this.filled = 0;
    }
    const ready = this.ready;
    this.ready = [];
    return ready;
  }

  private readonly gather = (samples: Float32Array): void => {
    this.samples += samples.length;
    for (const sample of samples) {
      this.block[this.filled++] = saturate(sample * 32_768);
      if (this.filled < blockSamples) continue;
      this.ready.push(this.block);
      this.block = new Int16Array(blockSamples);
      this.filled = 0;
    }
  };
}

/** The bytes in pieces; the first has `sniffBytes` at least, if the input has. */
async function* pieces(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of input) {
    let bytes: Uint8Array = chunk;
    if (head !== undefined) {
      bytes = Buffer.concat([head, chunk]);
      head = bytes.length < sniffBytes ? bytes : undefined;
      if (head !== undefined) continue;
    }
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  if (head !== undefined && head.length > 0) yield head;
}

/**
 * A sound file of any kind that is read here (WAV, MP3, AIFF, AU, bare µ-law and GSM), as it comes, to samples of 16 bits at
 * 8 kHz, handed to `write` a second at a time. It takes the CPU of its thread for as long as it takes: not for a thread
 * in which calls have their sound.
 */
export async function decodeSound(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { contentType, maxDurationMs, maxInputBytes }: DecodeOptions,
  write: (samples: Int16Array) => void | Promise<void>,
): Promise<Result<DecodedSound, SoundRefusal>> {
  const gatherer = new Gatherer();
  const maxSamples = maxDurationMs * samplesPerMs;
  let decoder: SoundDecoder | undefined;
  let inputBytes = 0;
  const handOn = async (all: boolean): Promise<SoundRefusal | undefined> => {
    const blocks = gatherer.take(all);
    if (gatherer.samples > maxSamples) return 'too-long';
    try {
      for (const block of blocks) await write(block);
    } catch {
      return 'unwritable';
    }
    return undefined;
  };
  try {
    for await (const piece of pieces(input)) {
      inputBytes += piece.length;
      if (inputBytes > maxInputBytes) return fail('too-large');
      if (decoder === undefined) {
        const kind = soundKind(piece, contentType);
        if (kind === undefined) return fail('unsupported');
        decoder = await openDecoder(kind);
      }
      const refusal = decoder.push(piece, gatherer.hear) ?? (await handOn(false));
      if (refusal !== undefined) return fail(refusal);
    }
    const refusal = decoder?.end(gatherer.hear) ?? (await handOn(true));
    if (refusal !== undefined) return fail(refusal);
  } catch {
    return fail('unreadable');
  } finally {
    decoder?.close();
  }
  const { samples } = gatherer;
  return samples === 0 ? fail('empty') : ok({ samples, durationMs: Math.ceil(samples / samplesPerMs) });
}

/**
 * `decodeSound` into a file of signed 16-bit little-endian samples, as players read them. Of a refused sound no file
 * is left.
 */
export async function decodeSoundToFile(
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  options: DecodeOptions,
): Promise<Result<DecodedSound, SoundRefusal>> {
  let result: Result<DecodedSound, SoundRefusal>;
  try {
    const file = await open(path, 'w');
    try {
      result = await decodeSound(input, options, async (samples) => {
        await file.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      });
    } finally {
      await file.close();
    }
  } catch {
    result = fail('unwritable');
  }
  if (!result.ok) await unlink(path).catch(() => undefined);
  return result;
}
