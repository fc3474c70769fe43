import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';

/** Bytes of a block; the last of a file may be shorter. */
export const blockBytes = 65_536;

/** Bytes of a block's SHA-256. */
const digestBytes = 32;

/** Bytes before each block in a file of changed blocks: its number and its length. */
const headBytes = 8;

/** Blocks that are read from a file at once. */
const readAhead = 64;

/** What a copy holds cannot be used: it was damaged after it was made. */
export class DamagedBackup extends Error {}

/** The blocks of a file in order, each good until the next is asked for. */
async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(readAhead * blockBytes);
    for (;;) {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      for (let at = 0; at < filled; at += blockBytes)
        yield buffer.subarray(at, Math.min(at + blockBytes, filled));
      if (filled < buffer.length) return;
    }
  } finally {
    await handle.close();
  }
}

const digestOf = (block: Buffer): Buffer => createHash('sha256').update(block).digest();

/** How much of a file has changed. */
export interface Changes {
  readonly bytes: number;
  readonly changedBlocks: number;
  /** The digest of each of its blocks. */
  readonly digests: Buffer;
}

/** Writes to `target` those blocks of `source` whose digests differ from `before`, the digests of an earlier version. */
export async function writeChanges(source: string, before: Buffer, target: string): Promise<Changes> {
  const digests: Buffer[] = [];
  let bytes = 0;
  let changedBlocks = 0;
  async function* changed(): AsyncGenerator<Buffer> {
    for await (const block of blocksOf(source)) {
      const digest = digestOf(block);
      const at = digests.push(digest) - 1;
      bytes += block.length;
      if (digest.equals(before.subarray(at * digestBytes, (at + 1) * digestBytes))) continue;
      changedBlocks++;
      const record = Buffer.allocUnsafe(headBytes + block.length);
      record.writeUInt32BE(at, 0);
      record.writeUInt32BE(block.length, 4);
      block.copy(record, headBytes);
      yield record;
    }
  }
  await pipeline(
    changed,
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(target, { mode: 0o600, flush: true }),
  );
  return { bytes, changedBlocks, digests: Buffer.concat(digests) };
}

/** Puts the blocks of a file that `writeChanges` wrote into their places in `target`, which is there already. */
export async function applyChanges(source: string, target: string): Promise<void> {
  const handle = await open(target, 'r+');
  try {
    for await (const { at, block } of recordsOf(source)) {
      await handle.write(block, 0, block.length, at * blockBytes);
    }
  } finally {
    await handle.close();
  }
}

async function* recordsOf(path: string): AsyncGenerator<{ readonly at: number; readonly block: Buffer }> {
  let rest: Buffer = Buffer.alloc(0);
  const file = createReadStream(path);
  const plain = createGunzip();
  file.on('error', (error) => plain.destroy(error));
  file.pipe(plain);
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= headBytes) {
        const length = rest.readUInt32BE(4);
        if (length > blockBytes) throw new DamagedBackup(`${path} holds a block of ${length} bytes`);
        if (rest.length < headBytes + length) break;
        yield { at: rest.readUInt32BE(0), block: rest.subarray(headBytes, headBytes + length) };
        rest = rest.subarray(headBytes + length);
      }
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new DamagedBackup(`${path} cannot be unpacked: ${error.message}`);
    }
    throw error;
  } finally {
    file.destroy();
  }
  if (rest.length > 0) throw new DamagedBackup(`${path} ends within a block`);
}

/** Throws `DamagedBackup` unless the file has just these blocks. */
export async function proveBlocks(path: string, digests: Buffer): Promise<void> {
  let at = 0;
  for await (const block of blocksOf(path)) {
    if (!digestOf(block).equals(digests.subarray(at * digestBytes, (at + 1) * digestBytes))) {
      throw new DamagedBackup(`block ${at} of the store is not what it was when the point was made`);
    }
    at++;
  }
  if (at * digestBytes !== digests.length)
    throw new DamagedBackup('the store has not as many blocks as it had');
}
