import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSoundToFile } from '../../../media/audio/files/decode-sound.ts';
import type { Playable } from '../../../media/media.ts';
import type { Sound } from './behaviour.ts';

const bounds = { maxDurationMs: 3_600_000, maxInputBytes: 200_000_000 };

/** What phones say, made ready to be played: each file is decoded once. */
export class PhoneSounds {
  private readonly folder: string;
  private readonly ready = new Map<string, Promise<string>>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<PhoneSounds> {
    return new PhoneSounds(await mkdtemp(join(tmpdir(), 'strowger-loopback-')));
  }

  /** Rejects, with the reason, where a file is no sound. */
  playable(sounds: readonly Sound[]): Promise<readonly Playable[]> {
    return Promise.all(
      sounds.map(async (sound): Promise<Playable> =>
        sound.kind === 'file' ? { kind: 'file', file: await this.prepared(sound.file) } : sound,
      ),
    );
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private prepared(file: string): Promise<string> {
    const known = this.ready.get(file);
    if (known !== undefined) return known;
    const path = join(this.folder, `${this.ready.size}.raw`);
    const made = decodeSoundToFile(bytesOf(file), path, bounds).then((decoded) => {
      if (!decoded.ok) throw new Error(`${file} cannot be played: ${decoded.error}`);
      return path;
    });
    this.ready.set(file, made);
    return made;
  }
}

/** Opened only when it is read, so that what is wrong with it is told to the reader. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) yield chunk;
}
