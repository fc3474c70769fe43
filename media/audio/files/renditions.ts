import { rename, rm, stat } from 'node:fs/promises';
import { wavToMono } from './wav-to-mono.ts';
import { wavToMp3 } from './wav-to-mp3.ts';

/** How a recording is wanted. `mono`: both channels of a recording that has two, mixed. */
export interface Rendition {
  readonly format: 'wav' | 'mp3';
  readonly mono: boolean;
}

export interface RenderedFile {
  readonly path: string;
  readonly bytes: number;
}

const renditions: readonly Rendition[] = [
  { format: 'mp3', mono: false },
  { format: 'wav', mono: true },
  { format: 'mp3', mono: true },
];

/**
 * Recordings as files of other kinds, made beside the WAV when they are asked for first, one at a time: it is work, and
 * calls go before it.
 */
export class Renditions {
  private readonly making = new Map<string, Promise<boolean>>();
  private last: Promise<unknown> = Promise.resolve();

  /** `wav` is the recording as it was written; undefined where it is not there, or cannot be read. */
  async file(wav: string, rendition: Rendition): Promise<RenderedFile | undefined> {
    const path = pathOf(wav, rendition);
    const there = await fileAt(path);
    if (there !== undefined || path === wav) return there;
    const making = this.making.get(path) ?? this.make(wav, path, rendition);
    return (await making) ? fileAt(path) : undefined;
  }

  /** Removes a recording and whatever was made of it. */
  async remove(wav: string): Promise<void> {
    const paths = renditions.map((rendition) => pathOf(wav, rendition));
    await rm(wav, { force: true });
    // One that is being made may need another: all are waited for before any goes.
    for (const path of paths) await this.making.get(path);
    for (const path of paths) await rm(path, { force: true });
  }

  private make(wav: string, path: string, { format, mono }: Rendition): Promise<boolean> {
    const turn = this.last.then(async () => {
      const source = mono && format === 'mp3' ? await this.source(wav) : wav;
      if (source === undefined) return false;
      const part = `${path}.part`;
      const made = format === 'mp3' ? await wavToMp3(source, part) : await wavToMono(source, part);
      if (!made.ok) return false;
      await rename(part, path);
      return true;
    });
    const done = turn.catch(() => false).finally(() => this.making.delete(path));
    this.making.set(path, done);
    this.last = done;
    return done;
  }

  /** The mixed WAV that a mixed MP3 is made of; within a turn. */
  private async source(wav: string): Promise<string | undefined> {
    const path = pathOf(wav, { format: 'wav', mono: true });
    if ((await fileAt(path)) !== undefined) return path;
    const part = `${path}.part`;
    if (!(await wavToMono(wav, part)).ok) return undefined;
    await rename(part, path);
    return path;
  }
}

/** `RE….wav` has `RE….mp3`, `RE….mono.wav` and `RE….mono.mp3` beside it. */
const pathOf = (wav: string, { format, mono }: Rendition): string =>
  `${wav.replace(/\.wav$/, '')}${mono ? '.mono' : ''}.${format}`;

async function fileAt(path: string): Promise<RenderedFile | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? { path, bytes: found.size } : undefined;
}
