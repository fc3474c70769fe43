import { sidBytes, sidOf, type Sid } from '../base/sid.ts';

/** How a table's keys become bytes whose order is the order of the keys. */
export interface KeyCodec<Key> {
  encode(key: Key): Buffer;
  decode(bytes: Buffer): Key;
}

/** UTF-8 text. */
export const textKey: KeyCodec<string> = {
  encode: (key) => Buffer.from(key, 'utf8'),
  decode: (bytes) => bytes.toString('utf8'),
};

/** A SID of one kind, as its 16 bytes. */
export const sidKey = (prefix: string): KeyCodec<Sid> => ({
  encode: sidBytes,
  decode: (bytes) => sidOf(prefix, bytes),
});

/** Several texts, ordered by the first, then the second, and so on. None may contain NUL, which separates them. */
export const textsKey: KeyCodec<readonly string[]> = {
  encode: (key) => Buffer.from(key.join('\0'), 'utf8'),
  decode: (bytes) => bytes.toString('utf8').split('\0'),
};

/** Raw bytes, for tables that build their keys themselves. */
export const bytesKey: KeyCodec<Buffer> = { encode: (key) => key, decode: (bytes) => bytes };

/** The range of every `bytesKey` after this one; of all without one. */
export const beyond = (key: Buffer | undefined): { readonly start?: Buffer } =>
  key === undefined ? {} : { start: Buffer.concat([key, Buffer.alloc(1)]) };

/** The range of every `textsKey` that begins with `parts`. */
export function below(...parts: string[]): { readonly start: string[]; readonly end: string[] } {
  // Key parts are separated by NUL, so \x01 sorts after every key that continues `parts`.
  const last = parts.at(-1) ?? '';
  return { start: [...parts, ''], end: [...parts.slice(0, -1), `${last}\u0001`] };
}

/** Something that belongs to a resource, in an order of its own: 16 bytes of the SID, then a number from 0. */
export interface OrderedKey {
  readonly id: Buffer;
  readonly order: number;
}

/** The greatest order of an `orderedKey`. */
export const orderedKeyMax = 0xffff_ffff;

export const orderedKey: KeyCodec<OrderedKey> = {
  encode({ id, order }) {
    const bytes = Buffer.allocUnsafe(20);
    id.copy(bytes, 0);
    bytes.writeUInt32BE(order, 16);
    return bytes;
  },
  decode: (bytes) => ({ id: Buffer.from(bytes.subarray(0, 16)), order: bytes.readUInt32BE(16) }),
};

/** Every `orderedKey` of a resource. */
export const allOf = (id: Buffer): { readonly start: OrderedKey; readonly end: OrderedKey } => ({
  start: { id, order: 0 },
  end: { id, order: orderedKeyMax },
});
