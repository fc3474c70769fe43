import { constants } from 'node:crypto';

/** Forward secrecy and authenticated encryption alone; those of TLS 1.3 are all of that kind (RFC 9325 section 4.2). */
const ciphers13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const ciphers12 = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((cipher) => [
  `ECDHE-ECDSA-${cipher}`,
  `ECDHE-RSA-${cipher}`,
]);

/** What TLS 1.2 may use, as OpenSSL lists it, for libraries that are told of TLS 1.3 in another way or not at all. */
export const tls12Ciphers = ciphers12.join(':');

/** How TLS is spoken at every door and on every link, by either side of it: options of `node:tls`. */
export const tlsDefaults = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: [...ciphers13, ...ciphers12].join(':'),
  /** A peer that negotiates anew within a connection makes us work for nothing (RFC 9325 section 3.5). */
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;
