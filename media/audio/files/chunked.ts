import { isReadable, PcmDecoder } from './pcm.ts';
import type { PcmFormat } from './pcm.ts';
import type { Hear, SoundDecoder, SoundFault } from './sound-decoder.ts';

/** A family of files made of chunks: four letters, a length, the content, an octet of padding where it is odd. */
export interface ChunkFamily {
  readonly littleEndian: boolean;
  /** The chunk that says how samples lie, and the one that holds them. */
  readonly formatId: string;
  readonly dataId: string;
  /** Octets before the samples in theirs. */
  readonly dataHead: number;
  /** `body`: the format chunk, its first `formatMax` octets at most. */
  readFormat(body: DataView, form: string): PcmFormat | SoundFault;
}

/** Of a format chunk; the rest of a longer one is passed over. */
const formatMax = 64;
/** Four letters of the family, the length of the file, four letters of the form. */
const fileHead = 12;
const chunkHead = 8;

type State =
  | { readonly at: 'file' }
  | { readonly at: 'chunk' }
  | { readonly at: 'format'; readonly skip: number }
  | { readonly at: 'skip'; left: number }
  | { readonly at: 'data'; readonly decoder: PcmDecoder; left: number; head: number }
  | { readonly at: 'done' };

/**
 * Reads RIFF and IFF files as they come. Lengths are not trusted: a longer one than there is ends with the file, and one
 * of 0 or of all ones means "until the end", as writers leave it that could not go back.
 */
export class ChunkedDecoder implements SoundDecoder {
  private readonly family: ChunkFamily;
  private state: State = { at: 'file' };
  private form = '';
  private format: PcmFormat | undefined;
  /** The head or format chunk that is being gathered. */
  private readonly gathered = new Uint8Array(formatMax);
  private gatheredBytes = 0;
  private wantedBytes = fileHead;

  constructor(family: ChunkFamily) {
    this.family = family;
  }

  push(bytes: Uint8Array, hear: Hear): SoundFault | undefined {
    for (let at = 0; at < bytes.length;) {
      const { state } = this;
      switch (state.at) {
        case 'done':
          return undefined;
        case 'skip':
        case 'data': {
          const count = Math.min(state.left, bytes.length - at);
          if (state.at === 'data') {
            const head = Math.min(state.head, count);
            state.head -= head;
            state.decoder.push(bytes.subarray(at + head, at + count), hear);
          }
          at += count;
          state.left -= count;
          if (state.left === 0) this.nextState(state.at);
          break;
        }
        case 'file':
        case 'chunk':
        case 'format': {
          const count = Math.min(this.wantedBytes - this.gatheredBytes, bytes.length - at);
          this.gathered.set(bytes.subarray(at, at + count), this.gatheredBytes);
          this.gatheredBytes += count;
          at += count;
          const fault = this.gatheredBytes === this.wantedBytes ? this.readGathered(state) : undefined;
          if (fault !== undefined) return fault;
          break;
        }
      }
    }
    return undefined;
  }

  end(): SoundFault | undefined {
    return this.state.at === 'data' || this.state.at === 'done' ? undefined : 'malformed';
  }

  close(): void {
    this.state = { at: 'done' };
  }

  private nextState(was: 'skip' | 'data'): void {
    if (was === 'data') this.state = { at: 'done' };
    else this.gather({ at: 'chunk' }, chunkHead);
  }

  private gather(state: State, bytes: number): void {
    this.state = state;
    this.gatheredBytes = 0;
    this.wantedBytes = bytes;
  }

  private readGathered(state: State & { at: 'file' | 'chunk' | 'format' }): SoundFault | undefined {
    const view = new DataView(this.gathered.buffer, 0, this.wantedBytes);
    switch (state.at) {
      case 'file':
        this.form = letters(view, 8);
        this.gather({ at: 'chunk' }, chunkHead);
        return undefined;
      case 'chunk':
        return this.beginChunk(letters(view, 0), view.getUint32(4, this.family.littleEndian));
      case 'format': {
        const format = this.family.readFormat(view, this.form);
        if (typeof format === 'string') return format;
        if (!isReadable(format)) return 'unsupported';
        this.format = format;
        this.skip(state.skip);
        return undefined;
      }
    }
  }

  private beginChunk(id: string, length: number): SoundFault | undefined {
    const { formatId, dataId, dataHead } = this.family;
    const padded = length + (length & 1);
    if (id === formatId && this.format === undefined) {
      const wanted = Math.min(length, formatMax);
      if (wanted < 16) return 'malformed';
      this.gather({ at: 'format', skip: padded - wanted }, wanted);
    } else if (id === dataId) {
      if (this.format === undefined) return 'malformed';
      const open = length === 0 || length === 0xffff_ffff;
      const decoder = new PcmDecoder(this.format);
      this.state = { at: 'data', decoder, left: open ? Infinity : length, head: dataHead };
    } else this.skip(padded);
    return undefined;
  }

  private skip(bytes: number): void {
    if (bytes === 0) this.gather({ at: 'chunk' }, chunkHead);
    else this.state = { at: 'skip', left: bytes };
  }
}

export const letters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
