import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../../control/base/result.ts';

/** Why there is no form; the status to answer with. */
export type BodyFault = 400 | 413 | 415;

const bodyMaxBytes = 64 * 1024;

/** Reads a form (application/x-www-form-urlencoded) of bounded size. How long it may take is the listener's to bound. */
export async function readForm(request: IncomingMessage): Promise<Result<URLSearchParams, BodyFault>> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return fail(415);
  if (Number(request.headers['content-length'] ?? 0) > bodyMaxBytes) return fail(413);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bodyMaxBytes) return fail(413);
      chunks.push(chunk);
    }
  } catch {
    return fail(400);
  }
  return ok(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
}
