import { fail, ok, type Result } from '../../control/base/result.ts';
import { statusFailure, type Failure } from './failures.ts';
import { headerOf } from './headers.ts';
import type { Fault } from './outcome.ts';
import { nextHop, redirectsMax, type Hop } from './redirects.ts';
import { readTarget } from './target.ts';
import { userAgent, type Transport } from './transport.ts';

export interface MediaOptions {
  /** Default 5 MB, what Twilio takes of all media of a message together. */
  readonly maxBytes?: number;
  /** Media types that are wanted: `image/png`, or `image/*`. Default: any. */
  readonly accept?: readonly string[];
  /** For the whole fetch. Default 15 s. */
  readonly timeoutMs?: number;
}

export interface FetchedMedia {
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

const defaultMaxBytes = 5 * 1024 * 1024;
const defaultTimeoutMs = 15_000;
const connectTimeoutMs = 5_000;

const typeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const accepted = (type: string, accept: readonly string[] | undefined): boolean =>
  accept === undefined ||
  accept.some((one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));

/**
 * Fetches media into memory: bounded in bytes and time, redirects followed. 11751: too large; 12300: not a wanted
 * type, told from the head of the answer; 11100, 11200 and the others as for a webhook.
 */
export async function fetchMedia(
  transport: Transport,
  url: string,
  options: MediaOptions,
): Promise<Result<FetchedMedia, Fault>> {
  const read = readTarget(url);
  if (!read.ok) return fail({ code: 11100, detail: read.error });
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadlineMs = transport.clock.monotonic() + timeoutMs;
  let hop: Hop = { target: read.value, method: 'GET' };
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const { authorization, origin, path } = hop.target;
    const answer = await transport.send('media', {
      origin,
      path,
      method: 'GET',
      headers: [
        ...['user-agent', userAgent, 'accept', options.accept?.join(', ') ?? '*/*'],
        ...(authorization === undefined ? [] : ['authorization', authorization]),
      ],
      connectTimeoutMs,
      readTimeoutMs: timeoutMs,
      deadlineMs,
      bodyMaxBytes: maxBytes,
      tooLarge: { code: 11751, detail: `the media is larger than ${maxBytes} bytes` },
      inspect: (status, headers) => {
        const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
        if (status < 200 || status >= 300) return undefined;
        const type = typeOf(headerOf(headers, 'content-type'));
        if (accepted(type, options.accept) && type !== '' && encoding === 'identity') return undefined;
        return { code: 12300, detail: `the media is ${type === '' ? 'of no type' : type} (${encoding})` };
      },
    });
    if (!answer.ok) return fail(shown(answer.failure));
    const next = nextHop(hop, answer.status, headerOf(answer.headers, 'location'));
    if (next === undefined) {
      if (answer.status < 200 || answer.status >= 300) return fail(shown(statusFailure(answer.status)));
      return ok({ contentType: typeOf(headerOf(answer.headers, 'content-type')), bytes: answer.body });
    }
    if (!next.ok) return fail({ code: 11200, detail: next.error });
    hop = next.value;
  }
  return fail({ code: 11215, detail: `more than ${redirectsMax} redirects` });
}

const shown = ({ code, detail }: Failure): Fault => ({ code, detail });
