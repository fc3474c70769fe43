import { open, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../../control/base/clock.ts';
import { writeHead } from './answer.ts';
import { byteRange, type ByteRange } from './range.ts';
import { PieceWriter } from './piece-writer.ts';
import type { Transaction } from './transaction.ts';

const pieceBytes = 64 * 1024;

/** How a file was sent: with this status, or not at all because it is not there, or the client went away. */
export type FileEnd =
  { readonly kind: 'sent'; readonly status: number } | { readonly kind: 'missing' | 'gone' };

/** Streams a file: never more than one piece of it in memory, and only as fast as the client takes it. */
export async function sendFile(
  transaction: Transaction,
  path: string,
  contentType: string,
  clock: Clock,
): Promise<FileEnd> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return { kind: 'missing' };
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { kind: 'missing' };
    if (transaction.state !== 'open') return { kind: 'gone' };
    const range = byteRange(transaction.head.range, stat.size);
    const status = range === 'whole' ? 200 : range === 'unsatisfiable' ? 416 : 206;
    transaction.response.cork(() => {
      writeHead(transaction, status, clock.monotonic());
      writeFileHeaders(transaction, contentType, range, stat.size);
    });
    const span = range === 'whole' ? { first: 0, last: stat.size - 1 } : range;
    if (span === 'unsatisfiable' || span.last < span.first) {
      transaction.state = 'answered';
      transaction.response.cork(() => transaction.response.end());
      return { kind: 'sent', status };
    }
    return (await stream(transaction, file, span)) ? { kind: 'sent', status } : { kind: 'gone' };
  } finally {
    await file.close();
  }
}

function writeFileHeaders(
  { response }: Transaction,
  contentType: string,
  range: ByteRange | 'whole' | 'unsatisfiable',
  bytes: number,
): void {
  // The type was a stranger's word once: no line end of his gets into our head, and no browser guesses another type.
  response.writeHeader('Content-Type', contentType.replace(/[^\x20-\x7e]/g, ''));
  response.writeHeader('X-Content-Type-Options', 'nosniff');
  // Nor is it a page of ours: an HTML or SVG file of a stranger's runs nothing and asks for nothing in our name.
  response.writeHeader(
    'Content-Security-Policy',
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'",
  );
  response.writeHeader('Accept-Ranges', 'bytes');
  if (range === 'unsatisfiable') response.writeHeader('Content-Range', `bytes */${bytes}`);
  else if (range !== 'whole')
    response.writeHeader('Content-Range', `bytes ${range.first}-${range.last}/${bytes}`);
}

/** False if the client went away, or the file became shorter than it was: then the connection is cut. */
async function stream(transaction: Transaction, file: FileHandle, span: ByteRange): Promise<boolean> {
  const { response } = transaction;
  const total = span.last - span.first + 1;
  const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, total));
  const writer = new PieceWriter(transaction, total);
  for (let sent = 0; sent < total;) {
    const wanted = Math.min(buffer.length, total - sent);
    const { bytesRead } = await file.read(buffer, 0, wanted, span.first + sent);
    if (transaction.state !== 'open') return false;
    if (bytesRead === 0) {
      transaction.state = 'gone';
      response.close();
      return false;
    }
    const written = await writer.write(buffer.subarray(0, bytesRead));
    if (written === 'gone') return false;
    if (written === 'whole') return true;
    sent += bytesRead;
  }
  return true;
}
