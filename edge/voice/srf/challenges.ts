import { isIP } from 'node:net';
import type { Random } from '../../../control/base/random.ts';
import { answerChallenges } from '../../sip/digest/client.ts';
import { parseUri } from '../../sip/message/uri.ts';
import { bare } from '../../sip/transport/flow.ts';
import type { SrfHeaders, SrfReceived } from './client.ts';
import { readHeaders, repeated } from './headers.ts';

/** Who we are to a peer that asks. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where a challenge stands, and where its answer goes (RFC 3261 section 22). */
const fields = {
  401: { challenge: 'www-authenticate', answer: 'Authorization' },
  407: { challenge: 'proxy-authenticate', answer: 'Proxy-Authorization' },
} as const;

type AnswerField = (typeof fields)[401 | 407]['answer'];

interface Heeded {
  readonly values: readonly string[];
  /** How often the nonce has been answered. */
  count: number;
}

/** Requests of one exchange that are sent again because they were challenged: one for each hop, and one for staleness. */
export const challengesMax = 3;

/** Whether a status asks who we are. */
const isChallenge = (status: number): status is 401 | 407 => status === 401 || status === 407;

/**
 * Answers the challenges of one peer, in every algorithm of RFC 8760, where drachtio-srf itself knows MD5 alone. What a
 * peer asked once is answered again in later requests without having been asked (RFC 3261 section 22.3).
 */
export class Challenges {
  private readonly account: { readonly user: string; readonly password: string };
  private readonly random: Random;
  private readonly heeded = new Map<AnswerField, Heeded>();

  constructor({ username, password }: Credentials, random: Random) {
    this.account = { user: username, password };
    this.random = random;
  }

  /**
   * Takes note of a 401 or 407; whether asking again makes sense. `answered` says that the request answered a challenge
   * of this same exchange: one more then means that the secret is wrong, unless only the nonce was old.
   */
  heed({ status, raw }: Pick<SrfReceived, 'status' | 'raw'>, answered: boolean): boolean {
    if (!isChallenge(status)) return false;
    const { challenge, answer } = fields[status];
    const values = readHeaders(raw).all(challenge);
    const tried = answerChallenges(values, blank, this.account, this.random);
    if (!tried.ok || (answered && this.heeded.has(answer) && !tried.value.stale)) return false;
    this.heeded.set(answer, { values, count: 0 });
    return true;
  }

  /** The header fields that a request needs; none while nothing has been asked. */
  headers(method: string, uri: string, body = ''): SrfHeaders {
    const headers: Record<string, string> = {};
    const request = { method, uri, body: Buffer.from(body, 'utf8') };
    for (const [field, asked] of this.heeded) {
      const answer = answerChallenges(asked.values, request, this.account, this.random, ++asked.count);
      if (answer.ok) Object.assign(headers, repeated(field, answer.value.values));
    }
    return headers;
  }
}

/** For looking at a challenge before it is known what will answer it. */
const blank = { method: '', uri: '', body: Buffer.alloc(0) };

/**
 * Where a request goes that answers a challenge: to who made it, because a name may lead to several servers and each
 * knows its own nonces only. Undefined where the URI leads there anyway, or where TLS needs the name.
 */
export function challenger(uri: string, res: SrfReceived): string | undefined {
  const parsed = parseUri(uri);
  if (parsed?.kind !== 'sip' || parsed.secure || isIP(bare(parsed.host)) !== 0) return undefined;
  return res.protocol === 'udp' || res.protocol === 'tcp'
    ? sourceUri(res.source_address, res.source_port, res.protocol)
    : undefined;
}

/** The URI of the address that a message came from. */
export function sourceUri(address: string, port: number, protocol: string): string {
  const host = address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
  return `sip:${host}:${port};transport=${protocol}`;
}
