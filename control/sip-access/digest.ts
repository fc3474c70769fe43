import { hash } from 'node:crypto';
import type { Vault } from '../vault/vault.ts';

/** H(A1) of RFC 3261 §22.4 and RFC 7616 §3.4.2, in hex, for both algorithms that RFC 8760 has endpoints offer. */
export interface DigestSecrets {
  readonly md5: string;
  readonly sha256: string;
}

/** A password as digest authentication needs it; the password itself is not kept. */
export function digestSecrets(username: string, realm: string, password: string): DigestSecrets {
  const a1 = `${username}:${realm}:${password}`;
  return { md5: hash('md5', a1), sha256: hash('sha256', a1) };
}

const md5Characters = 32;

/** Sealed, because whoever has H(A1) can authenticate in this realm. `context` is the credential's SID. */
export const sealSecrets = (vault: Vault, { md5, sha256 }: DigestSecrets, context: string): Buffer =>
  vault.seal(md5 + sha256, context);

export function unsealSecrets(vault: Vault, sealed: Buffer, context: string): DigestSecrets {
  const text = vault.unseal(sealed, context);
  return { md5: text.slice(0, md5Characters), sha256: text.slice(md5Characters) };
}
