import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { noBody } from '../message/message.ts';
import { algorithmOf, algorithms, digestLength, digestResponse, hash } from './algorithm.ts';
import type { Algorithm } from './algorithm.ts';
import { parseAuthValue, writeDigest } from './auth-value.ts';
import { Nonces } from './nonce.ts';
import { Replays } from './replays.ts';

export interface DigestServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What is offered, the one preferred first (RFC 8760 §2.2). Default: all, the strongest first. */
  readonly algorithms?: readonly Algorithm[];
  /** How long a nonce may be used; default 300,000. */
  readonly nonceLifeMs?: number;
  /** How many nonces in use are remembered; default 10,000. */
  readonly noncesMax?: number;
}

/** HA1 of a user in the realm at hand, as lower-case hex; undefined if there is no such user. See `ha1`. */
export type Lookup = (user: string, algorithm: Algorithm) => string | undefined;

/** A request as far as it is authenticated. */
export interface Claim {
  readonly method: string;
  /** The values of Authorization (or Proxy-Authorization), one a line. */
  readonly credentials: readonly string[];
  /** The address that it came from. A nonce is good for the address that was challenged, and no other. */
  readonly from?: string;
}

export type Judgement =
  | { readonly kind: 'accepted'; readonly user: string }
  /** No credentials for this realm, or ones whose nonce is used up: challenge, with `stale` as given. */
  | { readonly kind: 'challenge'; readonly stale: boolean }
  /** The user is unknown or the secret is wrong; which of both is not told. */
  | { readonly kind: 'wrong'; readonly user: string };

interface Credentials {
  readonly algorithm: Algorithm;
  readonly user: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly nc: string;
  readonly cnonce: string;
}

/** What a nonce is issued for: a realm holds no line end. */
const placeOf = (realm: string, address: string): string => `${realm}\n${address}`;

/** Authenticates requests by Digest (RFC 3261 §22, RFC 8760), with qop=auth alone. */
export class DigestServer {
  private readonly clock: Clock;
  private readonly offered: readonly Algorithm[];
  private readonly nonceLifeMs: number;
  private readonly nonces: Nonces;
  private readonly replays: Replays;

  constructor(options: DigestServerOptions) {
    this.clock = options.clock;
    this.offered = options.algorithms ?? algorithms;
    this.nonceLifeMs = options.nonceLifeMs ?? 300_000;
    this.nonces = new Nonces(options.clock, options.random);
    this.replays = new Replays(options.noncesMax ?? 10_000);
  }

  /** Values of WWW-Authenticate (or Proxy-Authenticate), each for a line of its own. */
  challenge(realm: string, stale: boolean, to = ''): readonly string[] {
    const nonce = this.nonces.issue(placeOf(realm, to));
    return this.offered.map((algorithm) =>
      writeDigest(
        [
          ['realm', realm],
          ['nonce', nonce],
          ['algorithm', algorithm],
          ['qop', 'auth'],
          ...(stale ? [['stale', 'true'] as const] : []),
        ],
        false,
      ),
    );
  }

  /** Judges the first credentials that are for this realm. Takes as long for unknown users as for known ones. */
  judge(claim: Claim, realm: string, lookup: Lookup): Judgement {
    const credentials = this.select(claim.credentials, realm);
    if (credentials === undefined) return { kind: 'challenge', stale: false };
    const { algorithm, user, nonce, uri, response, nc, cnonce } = credentials;
    const issuedMs = this.nonces.issuedMs(nonce, placeOf(realm, claim.from ?? ''));
    // Not ours, or another's, or from before a restart: nothing is wrong with the user.
    if (issuedMs === undefined) return { kind: 'challenge', stale: true };
    const secret = lookup(user, algorithm);
    const right = digestResponse(algorithm, secret ?? hash(algorithm, nonce), {
      method: claim.method,
      uri,
      nonce,
      protection: { qop: 'auth', nc, cnonce, body: noBody },
    });
    const same = timingSafeEqual(Buffer.from(right), Buffer.from(response));
    if (!same || secret === undefined) return { kind: 'wrong', user };
    // Only who knows the secret is told that the nonce is stale (RFC 7616 §3.3).
    const oldestMs = this.clock.now() - this.nonceLifeMs;
    this.replays.expire(oldestMs);
    const fresh = issuedMs > oldestMs && this.replays.use(nonce, issuedMs, Number.parseInt(nc, 16));
    return fresh ? { kind: 'accepted', user } : { kind: 'challenge', stale: true };
  }

  private select(values: readonly string[], realm: string): Credentials | undefined {
    for (const value of values) {
      const parsed = parseAuthValue(value);
      if (parsed?.scheme !== 'digest' || parsed.params.get('realm') !== realm) continue;
      const read = this.read(parsed.params);
      if (read !== undefined) return read;
    }
    return undefined;
  }

  private read(params: ReadonlyMap<string, string>): Credentials | undefined {
    const algorithm = algorithmOf(params.get('algorithm'));
    if (algorithm === undefined || !this.offered.includes(algorithm)) return undefined;
    const text = (name: string): string => params.get(name) ?? '';
    const response = text('response').toLowerCase();
    if (response.length !== digestLength[algorithm] || !/^[0-9a-f]+$/.test(response)) return undefined;
    const nc = text('nc');
    if (text('qop').toLowerCase() !== 'auth' || !/^[0-9A-Fa-f]{8}$/.test(nc)) return undefined;
    const [user, uri, cnonce] = [text('username'), text('uri'), text('cnonce')];
    if (user === '' || uri === '' || cnonce === '') return undefined;
    return { algorithm, user, nonce: text('nonce'), uri, response, nc, cnonce };
  }
}
