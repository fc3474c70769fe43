import { CompactSign, importPKCS8 } from 'jose';
import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { canonicalNumber } from './number.ts';
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

/** `number`: one of both is no E.164 number, so nothing can be said of it. */
export type SignFault = 'number';

export interface IdentitySigner {
  /** An Identity value. */
  sign(call: SignedCall): Promise<Result<string, SignFault>>;
}

/** Signs SHAKEN PASSporTs (RFC 8588). Rejects if the key cannot be used. */
export async function identitySigner(options: SignerOptions): Promise<IdentitySigner> {
  const { certificateUrl, clock, random } = options;
  const key = await importPKCS8(options.key, 'ES256');
  return {
    async sign({ attest, from, to, origId }) {
      const [orig, dest] = [canonicalNumber(from), canonicalNumber(to)];
      if (orig === undefined || dest === undefined) return fail('number');
      // Keys stand in the order of their names, and no blanks between them (RFC 8225 §9).
      const claims = JSON.stringify({
        attest,
        dest: { tn: [dest] },
        iat: Math.floor(clock.now() / 1_000),
        orig: { tn: orig },
        origid: origId ?? uuid(random),
      });
      const token = await new CompactSign(Buffer.from(claims))
        .setProtectedHeader({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: certificateUrl })
        .sign(key);
      return ok(`${token};info=<${certificateUrl}>;alg=ES256;ppt=shaken`);
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
