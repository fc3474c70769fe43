import { CompactSign, importPKCS8 } from 'jose';
import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { canonicalNumber } from './number.ts';
import { identityOf, isFresh, parseIdentity } from './passport.ts';
import type { Attestation } from './verstat.ts';

export interface SignerOptions {
  /** The private key in PEM (PKCS #8), of the curve P-256. */
  readonly key: string;
  /** The https: URL where everyone finds the certificate. */
  readonly certificateUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** A call to be signed. Numbers in any spelling of E.164. */
export interface SignedCall {
  readonly attest: Attestation;
  readonly from: string;
  readonly to: string;
  /** A UUID that names the origin to those who trace the call (RFC 8588 §5); a fresh one by default. */
  readonly origId?: string;
}

/** A call that goes on from the number first called to another. Numbers in any spelling of E.164. */
export interface DivertedCall {
  /** The caller's SHAKEN PASSporT, whose signature has been found to hold. */
  readonly passport: string;
  readonly from: string;
  /** Whom it was for. */
  readonly by: string;
  readonly to: string;
}

/**
 * `number`: one of them is no E.164 number, so nothing can be said of it. `other`: the PASSporT is of another call.
 * `stale`: it is not believed any more.
 */
export type SignFault = 'number' | 'other' | 'stale';

export interface IdentitySigner {
  /** An Identity value. */
  sign(call: SignedCall): Promise<Result<string, SignFault>>;
  /** The Identity values of a call that is passed on: the caller's own, and the `div` that leads from it to us. */
  divert(call: DivertedCall): Promise<Result<readonly string[], SignFault>>;
}

/** Signs SHAKEN PASSporTs (RFC 8588). Rejects if the key cannot be used. */
export async function identitySigner(options: SignerOptions): Promise<IdentitySigner> {
  const { certificateUrl, clock, random } = options;
  const key = await importPKCS8(options.key, 'ES256');
  const identity = async (ppt: 'shaken' | 'div', claims: object): Promise<string> => {
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', ppt, typ: 'passport', x5u: certificateUrl })
      .sign(key);
    return `${token};info=<${certificateUrl}>;alg=ES256;ppt=${ppt}`;
  };
  // Keys of claims stand in the order of their names, and no blanks between them (RFC 8225 §9).
  return {
    async sign({ attest, from, to, origId }) {
      const [orig, dest] = [canonicalNumber(from), canonicalNumber(to)];
      if (orig === undefined || dest === undefined) return fail('number');
      const iat = Math.floor(clock.now() / 1_000);
      const origid = origId ?? uuid(random);
      return ok(await identity('shaken', { attest, dest: { tn: [dest] }, iat, orig: { tn: orig }, origid }));
    },
    async divert({ passport, from, by, to }) {
      const [orig, div, dest] = [canonicalNumber(from), canonicalNumber(by), canonicalNumber(to)];
      if (orig === undefined || div === undefined || dest === undefined) return fail('number');
      const original = identityOf(passport);
      const read = original === undefined ? undefined : parseIdentity(original);
      if (original === undefined || read === undefined) return fail('other');
      if (read.orig !== orig || !read.dest.includes(div)) return fail('other');
      if (!isFresh(read, clock)) return fail('stale');
      // The caller and the time are those of the PASSporT that it goes on from (RFC 8946 §4).
      const claims = { dest: { tn: [dest] }, div: { tn: div }, iat: read.iatS, orig: { tn: orig } };
      return ok([original, await identity('div', claims)]);
    },
  };
}

/** A random UUID (RFC 9562 §5.4). */
function uuid(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
