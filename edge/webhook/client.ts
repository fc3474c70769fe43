import type { Random } from '../../control/base/random.ts';
import type { Result } from '../../control/base/result.ts';
import { ResponseCache } from './cache.ts';
import { CookieSessions } from './cookies.ts';
import type { Exchanged } from './exchange.ts';
import { statusFailure, timeouts, type Failure } from './failures.ts';
import { encodeForm } from './form.ts';
import { flatHeaders, headerOf, headersOf } from './headers.ts';
import type { Freshness } from './freshness.ts';
import { fetchMedia, refetchMedia, type FetchedMedia, type MediaOptions, type Refetched } from './media.ts';
import {
  fallbackParams,
  type Attempt,
  type Fault,
  type WebhookOutcome,
  type WebhookRequest,
} from './outcome.ts';
import { recordOf } from './record.ts';
import { nextHop, redirectsMax, type Hop } from './redirects.ts';
import { signature, withQuery, type Params } from './signature.ts';
import { readTarget } from './target.ts';
import { Transport, userAgent, type HttpMethod, type TransportOptions } from './transport.ts';

export interface WebhookClientOptions extends TransportOptions {
  readonly random: Random;
  /** Conversations whose cookies are kept. Default 10,000. */
  readonly cookieSessionsMax?: number;
  /** Bytes of cached answers. Default 16 MB. */
  readonly cacheMaxBytes?: number;
}

/** Twilio reads no larger TwiML (11750). */
const bodyMaxBytes = 64 * 1024;
const tooLarge: Failure = { code: 11750, detail: `the answer is larger than ${bodyMaxBytes} bytes` };
const tooManyRedirects: Failure = { code: 11215, detail: `more than ${redirectsMax} redirects` };
const encoded: Failure = { code: 11206, detail: 'the answer is compressed, which was not asked for' };

/** An answer with the address it came from, or why there is none. */
type Answer = { readonly url: string } & Exchanged;

/** One URL's call, shared by its redirects and retries. */
interface Call {
  readonly request: WebhookRequest;
  readonly attempts: Attempt[];
  readonly idempotencyToken: string;
  readonly deadlineMs: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

/**
 * Calls tenants' applications as Twilio does: signed, on connections kept open, with redirects, cookies, caching,
 * retries and a fallback URL. Nothing a server does makes it throw, and all it may cost is bounded.
 */
export class WebhookClient {
  private readonly transport: Transport;
  private readonly random: Random;
  private readonly cookies: CookieSessions;
  private readonly cache: ResponseCache;

  constructor(options: WebhookClientOptions) {
    this.transport = new Transport(options);
    this.random = options.random;
    this.cookies = new CookieSessions(options.clock, options.cookieSessionsMax ?? 10_000);
    this.cache = new ResponseCache(options.clock, options.cacheMaxBytes ?? 16 * 1024 * 1024);
  }

  /** Requests in progress and waiting for a connection, for metrics. */
  get load(): { readonly active: number; readonly waiting: number } {
    return this.transport.load;
  }

  /** Calls a URL, and its fallback if that fails. */
  async request(request: WebhookRequest): Promise<WebhookOutcome> {
    const attempts: Attempt[] = [];
    const first = await this.call(request, attempts, request.url, request.method, request.params);
    const { fallback } = request;
    if (first.ok || fallback === undefined || fallback.url === '') return first;
    const { code, detail, url } = first;
    const params = fallbackParams(request.params, code, url);
    const second = await this.call(request, attempts, fallback.url, fallback.method, params);
    return { ...second, primary: { code, detail, url } };
  }

  /** Fetches what a MediaUrl points to, under the same guard of addresses. */
  fetchMedia(url: string, options: MediaOptions = {}): Promise<Result<FetchedMedia, Fault>> {
    return fetchMedia(this.transport, url, options);
  }

  /** As `fetchMedia`, for what is here already and may have changed. */
  refetchMedia(
    url: string,
    options: MediaOptions,
    revalidation: Freshness['revalidation'],
  ): Promise<Result<Refetched, Fault>> {
    return refetchMedia(this.transport, url, options, revalidation);
  }

  /** Ends all connections; calls in progress fail. */
  close(): Promise<void> {
    return this.transport.close();
  }

  private async call(
    request: WebhookRequest,
    attempts: Attempt[],
    text: string,
    method: HttpMethod,
    params: Params,
  ): Promise<WebhookOutcome> {
    const read = readTarget(text);
    if (!read.ok)
      return { ok: false, code: 11100, detail: read.error, url: withoutCredentials(text), attempts };
    const target = read.value;
    const { overrides } = target;
    if (overrides.policyInvalid) {
      return { ok: false, code: 11243, detail: 'rp names an unknown policy', url: target.url, attempts };
    }
    const call: Call = {
      request,
      attempts,
      idempotencyToken: uuid(this.random),
      deadlineMs: this.transport.clock.monotonic() + overrides.totalTimeoutMs,
      connectTimeoutMs: overrides.connectTimeoutMs,
      readTimeoutMs: overrides.readTimeoutMs,
    };
    for (let retry = 0; ; retry++) {
      const answer = await this.follow(call, { target, method }, params);
      if (answer.ok) return success(answer, attempts);
      const { code, detail, retry: kind } = answer.failure;
      const again = kind !== undefined && overrides.retryOn.has(kind) && retry < overrides.retries;
      if (!again || this.transport.clock.monotonic() >= call.deadlineMs) {
        return { ok: false, code, detail, url: answer.url, attempts };
      }
    }
  }

  /** One try: the request and what it is redirected to, until an answer that counts. */
  private async follow(call: Call, first: Hop, params: Params): Promise<Answer> {
    let hop = first;
    let sending = params;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.ask(call, hop, sending);
      if (!answer.ok) return answer;
      const next = nextHop(hop, answer.status, headerOf(answer.headers, 'location'));
      if (next === undefined) {
        if (answer.status >= 200 && answer.status < 300) return answer;
        return { ok: false, url: answer.url, failure: statusFailure(answer.status) };
      }
      if (!next.ok) return { ok: false, url: answer.url, failure: { code: 11200, detail: next.error } };
      if (redirects === redirectsMax) return { ok: false, url: answer.url, failure: tooManyRedirects };
      // A redirected GET goes where the Location says, with nothing added.
      if (next.value.method === 'GET') sending = [];
      hop = next.value;
    }
  }

  /** One request, answered by the server or the cache. */
  private async ask(call: Call, { target, method }: Hop, params: Params): Promise<Answer> {
    const { clock } = this.transport;
    const { request } = call;
    const form = encodeForm(params);
    const url = method === 'GET' ? withQuery(target.url, form) : target.url;
    const signed = signature(request.authToken, url, method === 'GET' ? [] : params);
    const cookieKey = request.sessionless === true ? undefined : request.cookieKey;
    const headers = this.headers(call, url, signed, cookieKey, target.authorization);
    // A GET's signature stands for token and URL together, so one tenant never meets another's entry.
    const cacheKey =
      method === 'GET' && request.allowBody ? `${signed} ${target.authorization ?? ''} ${url}` : undefined;
    const asked = { url, headers };
    const begunMs = clock.monotonic();
    const note = (
      result: Exchanged,
      cached: boolean,
      sentHeaders: Readonly<Record<string, string>> = {},
    ): Answer => {
      const { authToken } = request;
      call.attempts.push({
        method,
        url: target.url.split('?', 1)[0] ?? '',
        signedUrl: url,
        signature: signed,
        ...(result.ok
          ? { status: result.status }
          : { error: { code: result.failure.code, detail: result.failure.detail } }),
        durationMs: clock.monotonic() - begunMs,
        exchange: () =>
          recordOf({ form, headers: sentHeaders, authToken }, result.ok ? result : result.received),
        ...(cached ? { cached: true } : {}),
      });
      return { ...result, url: target.url };
    };
    const found = cacheKey === undefined ? undefined : this.cache.find(cacheKey, asked);
    if (found?.kind === 'fresh')
      return note({ ok: true, ...found.response, bodyBytes: found.response.body.length }, true);
    if (clock.monotonic() >= call.deadlineMs) return note({ ok: false, failure: timeouts.total }, false);
    const sentHeaders = found?.kind === 'stale' ? { ...found.headers, ...headers } : headers;
    if (method === 'POST') sentHeaders['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
    const result = await this.transport.send('webhook', request.account, {
      origin: target.origin,
      path: url.slice(target.origin.length),
      method,
      headers: Object.entries(sentHeaders).flat(),
      ...(method === 'POST' ? { body: form } : {}),
      connectTimeoutMs: call.connectTimeoutMs,
      readTimeoutMs: call.readTimeoutMs,
      deadlineMs: call.deadlineMs,
      bodyMaxBytes,
      ...(request.allowBody ? { tooLarge, inspect: refuseEncoded } : {}),
    });
    const noted = note(result, false, sentHeaders);
    if (!noted.ok) return noted;
    const setCookies = headersOf(noted.headers, 'set-cookie');
    if (cookieKey !== undefined && setCookies.length > 0) this.cookies.store(cookieKey, url, setCookies);
    if (cacheKey === undefined) return noted;
    const kept = this.cache.update(cacheKey, asked, noted);
    return { ok: true, url: noted.url, ...kept, bodyBytes: kept.body.length };
  }

  private headers(
    call: Call,
    url: string,
    signed: string,
    cookieKey: string | undefined,
    authorization: string | undefined,
  ): Record<string, string> {
    const headers: Record<string, string> = {
      'user-agent': userAgent,
      accept: '*/*',
      'x-twilio-signature': signed,
      'i-twilio-idempotency-token': call.idempotencyToken,
      'x-home-region': 'us1',
    };
    if (authorization !== undefined) headers['authorization'] = authorization;
    const cookie = cookieKey === undefined ? undefined : this.cookies.header(cookieKey, url);
    if (cookie !== undefined) headers['cookie'] = cookie;
    return headers;
  }
}

function refuseEncoded(status: number, headers: Parameters<typeof headerOf>[0]): Failure | undefined {
  const encoding = headerOf(headers, 'content-encoding');
  return status >= 300 || encoding === undefined || encoding === 'identity' ? undefined : encoded;
}

function success(answer: Extract<Answer, { ok: true }>, attempts: readonly Attempt[]): WebhookOutcome {
  return {
    ok: true,
    status: answer.status,
    contentType: headerOf(answer.headers, 'content-type'),
    body: answer.body,
    headers: flatHeaders(answer.headers),
    url: answer.url,
    attempts,
  };
}

/** A URL that could not be read, fit to be shown. */
const withoutCredentials = (url: string): string => url.slice(0, 1000).replace(/\/\/[^/?#]*@/, '//');

/** A random UUID (RFC 9562, version 4), the form of Twilio's idempotency tokens. */
function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
