import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Job } from './decoding.ts';
import { Decoder } from './decoder.ts';
import type { FetchSound, SoundAnswer, SoundFault, SoundRefusal } from './fetch.ts';
import { holdMusicEdition } from './hold-music.ts';
import { Shared, Slots } from './slots.ts';
import { SoundStore, type PreparedSound } from './store.ts';
import { UrlIndex, type Known } from './url-index.ts';

export interface SoundsOptions {
  readonly clock: Clock;
  /** A folder for nothing else. */
  readonly folder: string;
  readonly fetchSound: FetchSound;
  /** All prepared sounds together. One second of sound is 16 kB. */
  readonly cacheMaxBytes: number;
  /** A sound as it comes, before it is decoded. Default 16 MiB. */
  readonly soundMaxBytes?: number;
  /** Default one hour. */
  readonly durationMaxMs?: number;
  /** Default 15 s. */
  readonly fetchTimeoutMs?: number;
  /** Default 30 s. */
  readonly decodeTimeoutMs?: number;
  /** Threads that decode. Default 2. */
  readonly decoders?: number;
}

/** Fetched and decoded at once, over all scopes and in one; each may hold `soundMaxBytes` in memory. */
const parallelMax = 48;
const parallelInScopeMax = 8;
const waitingMax = 1_000;
const urlsMax = 20_000;

const details: Readonly<Record<SoundRefusal, string>> = {
  'not-found': 'there is no sound',
  unreachable: 'the sound cannot be fetched',
  unsupported: 'not a kind of sound that can be played',
  damaged: 'the sound is damaged',
  'too-large': 'the sound is too large',
  'too-long': 'the sound is too long',
  timeout: 'preparing the sound took too long',
  busy: 'too many sounds are being prepared',
  disk: 'the sound cannot be written',
};

const fault = (why: SoundRefusal): { readonly ok: false; readonly error: SoundFault } =>
  fail({ why, detail: details[why] });

export type Prepared = Result<PreparedSound, SoundFault>;

/**
 * Sounds of any supported kind made into files that a leg can play. A sound is prepared once: what has the same
 * content, or comes from a URL whose answer still holds, is the same file. Calls that ask for the same thing at the
 * same time share one fetch and one decoding.
 *
 * A file that was handed out stays while it is among the most recently used. Who plays one for long (hold music)
 * holds it.
 */
export class Sounds {
  private readonly options: SoundsOptions;
  private readonly store: SoundStore;
  private readonly decoder: Decoder;
  private readonly urls = new UrlIndex(urlsMax);
  private readonly fetching = new Shared<Prepared>();
  private readonly making = new Shared<Prepared>();
  private readonly preparing = new Shared<Prepared>();
  private readonly slots = new Slots(parallelMax, waitingMax);
  private readonly scopes = new Map<string, Slots>();
  private releaseMusic: (() => void) | undefined;

  private constructor(options: SoundsOptions, store: SoundStore) {
    this.options = options;
    this.store = store;
    this.decoder = new Decoder({
      clock: options.clock,
      parallel: options.decoders ?? 2,
      waitingMax,
      timeoutMs: options.decodeTimeoutMs ?? 30_000,
    });
  }

  /** Throws what the file system throws: without its folder there are no sounds. */
  static async open(options: SoundsOptions): Promise<Sounds> {
    return new Sounds(options, await SoundStore.open(options.folder, options.cacheMaxBytes, options.clock));
  }

  /** For metrics. */
  get size(): { readonly sounds: number; readonly bytes: number; readonly inProgress: number } {
    return { ...this.store.size, inProgress: this.fetching.size + this.making.size };
  }

  /** The sound behind a URL. `scope` (an account) keeps what one tenant has fetched from another. */
  async fromUrl(scope: string, url: string): Promise<Prepared> {
    const id = `${scope}\n${url}`;
    const known = this.urls.find(id);
    if (known !== undefined && this.options.clock.now() < known.freshness.freshUntilMs) {
      const kept = this.store.find(known.key);
      if (kept !== undefined) return ok(kept);
    }
    return this.fetching.run(id, async () => {
      const turn = await this.inTurn(scope, () => this.fetch(id, url, known));
      return !turn.ok && turn.error === 'busy' ? fault('busy') : (turn as Prepared);
    });
  }

  /** A sound in memory, whose buffer is taken away. */
  fromBytes(bytes: Uint8Array, contentType: string): Promise<Prepared> {
    return this.prepare(keyOf('content', contentType, bytes), bytes, contentType);
  }

  /**
   * The sound that `make` gives, made once for each `name`: whoever asks meanwhile waits for the same, whoever asks
   * later gets the file. A name must say everything that the sound depends on.
   */
  async named(
    name: readonly string[],
    make: () => Promise<Result<{ readonly bytes: Uint8Array; readonly contentType: string }, SoundFault>>,
  ): Promise<Prepared> {
    const key = keyOf('name', ...name);
    const kept = this.store.find(key);
    if (kept !== undefined) return ok(kept);
    return this.making.run(key, async () => {
      const made = await make();
      return made.ok ? this.prepare(key, made.value.bytes, made.value.contentType) : made;
    });
  }

  /** Our own music for callers who wait: made when it is first asked for, and kept from then on. */
  async music(): Promise<Prepared> {
    const key = keyOf('name', 'hold music', holdMusicEdition);
    const kept = this.store.find(key);
    const music =
      kept === undefined
        ? await this.making.run(key, () => this.write(key, (file) => ({ kind: 'music', file })))
        : ok(kept);
    if (music.ok) this.releaseMusic ??= this.hold(music.value);
    return music;
  }

  /** Keeps a prepared file from being removed until the returned function is called. */
  hold(sound: PreparedSound): () => void {
    return this.store.hold(sound.file);
  }

  async close(): Promise<void> {
    await this.decoder.close();
  }

  /** One tenant whose servers are slow keeps the others' sounds from nothing: it has a few places and no more. */
  private async inTurn(
    scope: string,
    work: () => Promise<Prepared>,
  ): Promise<Result<PreparedSound, SoundFault | 'busy'>> {
    const own = this.scopes.get(scope) ?? new Slots(parallelInScopeMax, waitingMax);
    this.scopes.set(scope, own);
    try {
      return await own.run(() => this.slots.run(work));
    } finally {
      const { active, waiting } = own.load;
      if (active + waiting === 0) this.scopes.delete(scope);
    }
  }

  private async fetch(id: string, url: string, known: Known | undefined): Promise<Prepared> {
    const kept = known === undefined ? undefined : this.store.find(known.key);
    const answer: SoundAnswer = await this.options.fetchSound({
      url,
      revalidation: kept === undefined || known === undefined ? {} : known.freshness.revalidation,
      maxBytes: this.soundMaxBytes,
      timeoutMs: this.options.fetchTimeoutMs ?? 15_000,
    });
    switch (answer.kind) {
      case 'refused':
        return fail(answer.fault);
      case 'unchanged':
        if (kept === undefined || known === undefined) return fault('unreachable');
        this.urls.set(id, { key: known.key, freshness: answer.freshness });
        return ok(kept);
      case 'sound': {
        const { bytes, contentType, freshness } = answer;
        const key = keyOf('content', contentType, bytes);
        const prepared = await this.prepare(key, bytes, contentType);
        if (prepared.ok && freshness !== undefined) this.urls.set(id, { key, freshness });
        else this.urls.forget(id);
        return prepared;
      }
    }
  }

  private async prepare(key: string, bytes: Uint8Array, contentType: string): Promise<Prepared> {
    const kept = this.store.find(key);
    if (kept !== undefined) return ok(kept);
    if (bytes.length > this.soundMaxBytes) return fault('too-large');
    return this.preparing.run(key, () => this.decode(key, bytes, contentType));
  }

  private decode(key: string, bytes: Uint8Array, contentType: string): Promise<Prepared> {
    return this.write(key, (file) => ({
      kind: 'decode',
      // A view into a larger buffer (Node's pool) must not take that away.
      bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes),
      contentType,
      file,
      maxDurationMs: this.options.durationMaxMs ?? 3_600_000,
    }));
  }

  /** Lets a thread write a sound, and takes it in. */
  private async write(key: string, jobFor: (file: string) => Job): Promise<Prepared> {
    const file = this.store.unfinishedFile();
    const written = await this.decoder.run(jobFor(file));
    if (!written.ok) {
      await rm(file, { force: true });
      return fault(written.error);
    }
    try {
      return ok(await this.store.adopt(key, file));
    } catch {
      await rm(file, { force: true });
      return fault('disk');
    }
  }

  private get soundMaxBytes(): number {
    return this.options.soundMaxBytes ?? 16 * 2 ** 20;
  }
}

/** Parts are told apart by their lengths. `content` and `name` never meet. */
function keyOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
