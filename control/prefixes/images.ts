import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { textKey, textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** What is known of an image without reading it. */
export interface ImageHead {
  /** Of this version alone. */
  readonly id: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly writtenMs: number;
}

const chunkBytes = 262_144;
/** Chunks in a transaction (4 MiB): as long as one of these takes, other writers of the node wait. */
const chunksAtOnce = 16;

/**
 * Large immutable tables as bytes in the store, by name. A new version is written beside the old one and takes its
 * place in one commit; a crash before that leaves the old one.
 */
export class Images {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly heads: Table<string, ImageHead>;
  private readonly chunks: Table<readonly string[], Buffer>;

  constructor({
    store,
    clock,
    random,
  }: {
    readonly store: Store;
    readonly clock: Clock;
    readonly random: Random;
  }) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.heads = store.table<string, ImageHead>({ name: 'images', key: textKey, version: 1 });
    this.chunks = store.table<readonly string[], Buffer>({
      name: 'image-chunks',
      key: textsKey,
      version: 1,
      plain: true,
    });
  }

  head(name: string): ImageHead | undefined {
    return this.heads.get(name);
  }

  /** The names that begin with `prefix`. */
  names(prefix: string): readonly string[] {
    return [...this.heads.keys({ start: prefix, end: `${prefix}\u{10ffff}` })];
  }

  /**
   * Resolves once the new version is on disk and the old one gone. Of two writers at once, one is refused by an error;
   * so is one whose bytes were made of a version (`madeOf`, null: of none) that has been replaced meanwhile.
   */
  async write(name: string, bytes: Buffer, madeOf?: ImageHead | null): Promise<ImageHead> {
    const id = this.random.bytes(8).toString('hex');
    const chunks = Math.ceil(bytes.length / chunkBytes);
    for (let first = 0; first < chunks; first += chunksAtOnce) {
      await this.store.transact(() => {
        for (let chunk = first; chunk < Math.min(chunks, first + chunksAtOnce); chunk++)
          this.chunks.put(
            chunkKey(name, id, chunk),
            bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes),
          );
      });
    }
    const head: ImageHead = { id, bytes: bytes.length, chunks, writtenMs: this.clock.now() };
    await this.store.transact(() => {
      let own = 0;
      for (const key of [...this.chunks.keys(rangeOf(name))]) {
        if (key[1] === id) own++;
        else this.chunks.remove(key);
      }
      const replaced = madeOf !== undefined && this.heads.get(name)?.id !== madeOf?.id;
      if (own !== chunks || replaced) throw new Error(`another import of ${name} ended meanwhile: try again`);
      this.heads.put(name, head);
    });
    return head;
  }

  async remove(name: string): Promise<boolean> {
    return this.store.transact(() => {
      if (!this.heads.has(name)) return false;
      this.heads.remove(name);
      for (const key of [...this.chunks.keys(rangeOf(name))]) this.chunks.remove(key);
      return true;
    });
  }

  /** The bytes of a version, or undefined if another has taken its place meanwhile. Yields between chunks. */
  async read(name: string, { id, bytes, chunks }: ImageHead): Promise<ArrayBuffer | undefined> {
    const whole = new Uint8Array(bytes);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const part = this.chunks.get(chunkKey(name, id, chunk));
      if (part === undefined) return undefined;
      whole.set(part, chunk * chunkBytes);
      await setImmediate();
    }
    return whole.buffer;
  }

  /** The version there is; undefined: there is none. */
  async latest(name: string): Promise<{ readonly head: ImageHead; readonly bytes: ArrayBuffer } | undefined> {
    for (let head = this.head(name); head !== undefined; head = this.head(name)) {
      const bytes = await this.read(name, head);
      if (bytes !== undefined) return { head, bytes };
    }
    return undefined;
  }
}

const chunkKey = (name: string, id: string, chunk: number): readonly string[] => [name, id, String(chunk)];

const rangeOf = (name: string) => ({ start: [name, ''], end: [name, '\u{10ffff}'] });
