import type CachePolicy from 'http-cache-semantics';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../control/base/clock.ts';
import { policiesBy } from './cache-policy.ts';

/** A request as a cache sees it. Header names in lower case. */
export interface CacheRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CachedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the cache knows: an answer that is still fresh, or one to ask the server about with these headers. */
export type Found =
  | { readonly kind: 'fresh'; readonly response: CachedResponse }
  | { readonly kind: 'stale'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'none' };

interface Entry {
  readonly policy: CachePolicy;
  readonly response: CachedResponse;
  readonly bytes: number;
}

/** What an entry weighs beside its body: headers, which undici bounds at 16 KB and are mostly far smaller. */
const overheadBytes = 2048;

const none: Found = { kind: 'none' };

/**
 * Answers to GETs, kept as RFC 9111 allows a private cache, the least recently used dropped first. The key must tell
 * tenants apart; nothing here does.
 */
export class ResponseCache {
  private readonly maxBytes: number;
  private readonly Policy: typeof CachePolicy;
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(clock: Clock, maxBytes: number) {
    this.maxBytes = maxBytes;
    this.Policy = policiesBy(clock);
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  find(key: string, request: CacheRequest): Found {
    const entry = this.entries.get(key);
    if (entry === undefined) return none;
    this.entries.delete(key);
    this.entries.set(key, entry);
    const asked = { ...request, method: 'GET' };
    if (entry.policy.satisfiesWithoutRevalidation(asked)) return { kind: 'fresh', response: entry.response };
    const headers = entry.policy.revalidationHeaders(asked);
    // Without a validator there is nothing to ask the server about.
    if (headers['if-none-match'] === undefined && headers['if-modified-since'] === undefined) return none;
    return { kind: 'stale', headers };
  }

  /** Takes an answer in, as far as its directives allow. What comes back is the answer to use: a 304 gives the kept one. */
  update(key: string, request: CacheRequest, response: CachedResponse): CachedResponse {
    const asked = { ...request, method: 'GET' };
    const kept = this.entries.get(key);
    if (kept !== undefined && response.status === 304) {
      const { policy, modified } = kept.policy.revalidatedPolicy(asked, response);
      if (!modified) {
        this.put(key, { ...kept, policy });
        return kept.response;
      }
    }
    this.drop(key);
    if (response.status !== 200) return response;
    const policy = new this.Policy(asked, response, { shared: false });
    if (!policy.storable() || !worthKeeping(policy, response)) return response;
    const bytes = response.body.length + key.length + overheadBytes;
    if (bytes <= this.maxBytes) this.put(key, { policy, response, bytes });
    return response;
  }

  private put(key: string, entry: Entry): void {
    this.drop(key);
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}

/** Storable is nearly everything; an answer that is stale at once and cannot be asked about would only take room. */
const worthKeeping = (policy: CachePolicy, { headers }: CachedResponse): boolean =>
  policy.timeToLive() > 0 || headers.etag !== undefined || headers['last-modified'] !== undefined;
