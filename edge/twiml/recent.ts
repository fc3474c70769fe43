import type { Result } from '../../control/base/result.ts';
import type { Fault } from './fault.ts';
import { parseTwiml, type Twiml } from './twiml.ts';
import type { Context } from './verb.ts';

const documentMaxBytes = 4_096;
const documentsMax = 256;

/**
 * Reads answers as `parseTwiml` does, and remembers the small ones: applications give many callers the same document, and
 * to read it costs more than to run it. What it gives is shared by whoever asks, so nobody may change it.
 */
export class RecentTwiml<In extends Context> {
  private readonly context: In;
  /** By type and body; the one that was asked for last is last. */
  private readonly read = new Map<string, Result<Twiml<In>, Fault>>();

  constructor(context: In) {
    this.context = context;
  }

  parse(body: string | Buffer, contentType: string | undefined): Result<Twiml<In>, Fault> {
    if (body.length > documentMaxBytes) return parseTwiml(body, contentType, this.context);
    // Octets and characters are decoded differently, so they are not taken for each other.
    const text = typeof body === 'string' ? `text:${body}` : `octets:${body.toString('latin1')}`;
    const key = `${contentType ?? ''}\n${text}`;
    const known = this.read.get(key);
    const result = known ?? parseTwiml(body, contentType, this.context);
    if (known !== undefined) this.read.delete(key);
    else if (this.read.size >= documentsMax) this.forgetOldest();
    this.read.set(key, result);
    return result;
  }

  private forgetOldest(): void {
    for (const key of this.read.keys()) {
      this.read.delete(key);
      return;
    }
  }
}
