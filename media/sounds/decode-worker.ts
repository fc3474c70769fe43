import { writeFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { decodeSoundToFile, type SoundRefusal } from '../audio/files/decode-sound.ts';
import type { DecodeRefusal, DecodeReply, DecodeRequest, Job } from './decoding.ts';
import { holdMusic } from './hold-music.ts';

const refusals: Readonly<Record<SoundRefusal, DecodeRefusal>> = {
  unsupported: 'unsupported',
  malformed: 'damaged',
  empty: 'damaged',
  unreadable: 'damaged',
  'too-long': 'too-long',
  // Its bytes are here already, and as many as were allowed.
  'too-large': 'too-long',
  unwritable: 'disk',
};

async function decode({ bytes, contentType, file, maxDurationMs }: DecodeRequest): Promise<DecodeReply> {
  const done = await decodeSoundToFile([bytes], file, {
    contentType,
    maxDurationMs,
    maxInputBytes: bytes.length,
  });
  return done.ok ? { ok: true } : { ok: false, error: refusals[done.error] };
}

async function play(file: string): Promise<DecodeReply> {
  const { buffer } = holdMusic();
  return writeFile(file, new Uint8Array(buffer)).then(
    () => ({ ok: true }),
    () => ({ ok: false, error: 'disk' }),
  );
}

// The thread of `decoder.ts`. What throws here ends it, and is heard of there.
parentPort?.on('message', (job: Job) => {
  const done = job.kind === 'music' ? play(job.file) : decode(job);
  void done.then((reply) => parentPort?.postMessage(reply));
});
