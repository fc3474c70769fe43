import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA-256 (RFC 2104 section 2) under a key of at most 64 bytes, as a function that is called often: two one-shot
 * hashes cost about half of what an Hmac object costs, and leave no native handle for the garbage collector.
 */
export function hmacSha256(key: Buffer): (message: string) => Buffer {
  if (key.length > blockBytes) throw new Error('hmac: key longer than a block');
  const innerPad = padded(key, 0x36, blockBytes);
  const outer = padded(key, 0x5c, blockBytes + digestBytes);
  return (message) => {
    const inner = Buffer.allocUnsafe(blockBytes + Buffer.byteLength(message));
    innerPad.copy(inner);
    inner.write(message, blockBytes, 'utf8');
    outer.write(hash('sha256', inner, 'binary'), blockBytes, 'binary');
    return Buffer.from(hash('sha256', outer, 'binary'), 'binary');
  };
}

function padded(key: Buffer, pad: number, length: number): Buffer {
  const block = Buffer.alloc(length, pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}
