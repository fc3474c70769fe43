import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import type { Random } from '../../../control/base/random.ts';
import { algorithmOf, algorithms, digestResponse, ha1, hash } from './algorithm.ts';
import type { Algorithm, DigestInput } from './algorithm.ts';
import { parseAuthValue, writeDigest } from './auth-value.ts';

/** Who we are to the peer. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** The request that was challenged and is sent again. */
export interface Challenged {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly body: Buffer;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: Algorithm;
  readonly session: boolean;
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly stale: boolean;
}

/** `unsupported`: no challenge was one of ours. */
export type AnswerFault = 'unsupported';

export interface Answer {
  /** Values of Authorization (or Proxy-Authorization), one for each realm, each for a line of its own. */
  readonly values: readonly string[];
  /** Whether every challenge says that only the nonce was old, so that trying again is no second guess. */
  readonly stale: boolean;
}

/**
 * Answers the values of WWW-Authenticate (or Proxy-Authenticate): for each realm the strongest algorithm that we have
 * (RFC 8760 §2.4), qop=auth where it is offered. `count` says how often the nonce has been answered, this time
 * included.
 */
export function answerChallenges(
  values: readonly string[],
  request: Challenged,
  account: Account,
  random: Random,
  count = 1,
): Result<Answer, AnswerFault> {
  const chosen = new Map<string, Challenge>();
  for (const value of values) {
    const challenge = parseChallenge(value);
    if (challenge === undefined) continue;
    const other = chosen.get(challenge.realm);
    if (other === undefined || strength(challenge) < strength(other)) chosen.set(challenge.realm, challenge);
  }
  if (chosen.size === 0) return fail('unsupported');
  const challenges = [...chosen.values()];
  return ok({
    values: challenges.map((challenge) => answer(challenge, request, account, random, count)),
    stale: challenges.every(({ stale }) => stale),
  });
}

const strength = (challenge: Challenge): number => algorithms.indexOf(challenge.algorithm);

function parseChallenge(value: string): Challenge | undefined {
  const parsed = parseAuthValue(value);
  if (parsed?.scheme !== 'digest') return undefined;
  const { params } = parsed;
  const named = params.get('algorithm');
  const session = named !== undefined && /-sess$/i.test(named);
  const algorithm = algorithmOf(session ? named.slice(0, -5) : named);
  const [realm, nonce] = [params.get('realm'), params.get('nonce')];
  if (algorithm === undefined || realm === undefined || nonce === undefined) return undefined;
  const offered = params.get('qop');
  const qops = offered?.split(',').map((qop) => qop.trim().toLowerCase()) ?? [];
  const qop = qops.includes('auth') ? 'auth' : qops.includes('auth-int') ? 'auth-int' : undefined;
  if (offered !== undefined && qop === undefined) return undefined;
  const stale = params.get('stale')?.toLowerCase() === 'true';
  return { realm, nonce, opaque: params.get('opaque'), algorithm, session, qop, stale };
}

function answer(
  challenge: Challenge,
  request: Challenged,
  account: Account,
  random: Random,
  count: number,
): string {
  const { realm, nonce, opaque, algorithm, session, qop } = challenge;
  const nc = count.toString(16).padStart(8, '0');
  const cnonce = random.bytes(12).toString('base64url');
  const plain = ha1(algorithm, account.user, realm, account.password);
  const secret = session ? hash(algorithm, `${plain}:${nonce}:${cnonce}`) : plain;
  const input: DigestInput = {
    method: request.method,
    uri: request.uri,
    nonce,
    protection: qop === undefined ? undefined : { qop, nc, cnonce, body: request.body },
  };
  const params: (readonly [string, string])[] = [
    ['username', account.user],
    ['realm', realm],
    ['nonce', nonce],
    ['uri', request.uri],
    ['response', digestResponse(algorithm, secret, input)],
    ['algorithm', session ? `${algorithm}-sess` : algorithm],
  ];
  if (qop !== undefined) params.push(['qop', qop], ['nc', nc]);
  if (qop !== undefined || session) params.push(['cnonce', cnonce]);
  if (opaque !== undefined) params.push(['opaque', opaque]);
  return writeDigest(params, true);
}
