import { AddressRefused } from './connector.ts';
import type { RetryOn } from './overrides.ts';

/** Why a call failed: Twilio's code, words for the operator, and the class by which a policy may retry it. */
export interface Failure {
  readonly code: number;
  readonly detail: string;
  /** Absent: trying again is no use or not safe. */
  readonly retry?: RetryOn;
}

interface Kind {
  readonly code: number;
  readonly pattern: RegExp;
  readonly detail: string;
}

/** Error codes of Node.js, OpenSSL and undici → Twilio's; the first pattern that matches counts. */
const kinds: readonly Kind[] = [
  { code: 11210, pattern: /^(?:ENOTFOUND|EAI_|ENODATA)/, detail: 'the host name cannot be resolved' },
  { code: 11202, pattern: /^ECONNREFUSED$/, detail: 'the connection was refused' },
  { code: 11201, pattern: /^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, detail: 'connecting took too long' },
  { code: 11235, pattern: /^ERR_TLS_CERT_ALTNAME/, detail: 'the certificate is for another host' },
  {
    code: 11236,
    pattern: /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    detail: 'the certificate is not valid today',
  },
  {
    code: 11237,
    pattern: /^(?:UNABLE_TO_(?:VERIFY_LEAF|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO_SELF|CERT_(?:UNTRUSTED|CHAIN))/,
    detail: 'the certificate leads to no trusted authority',
  },
  {
    code: 11220,
    pattern: /^(?:ERR_SSL_|ERR_TLS_|EPROTO|CERT_|CRL_|INVALID_CA)/,
    detail: 'the TLS handshake failed',
  },
  {
    code: 11206,
    pattern: /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH)/,
    detail: 'the answer is not valid HTTP',
  },
];

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, errors } = error as Error & { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  // undici's parser names the rule that was broken only sometimes.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  // Several addresses were tried (RFC 8305): the first one's failure speaks for all.
  return errors?.[0] === undefined ? '' : codeOf(errors[0]);
}

/**
 * What went wrong on a connection. `begun`: part of an answer had come, which Twilio does not retry. Before that, a
 * lost connection counts as none: it may be one that was kept open and that the server closed as we wrote.
 */
export function connectionFailure(error: unknown, begun: boolean): Failure {
  if (error instanceof AddressRefused) return { code: 11200, detail: error.message };
  const name = codeOf(error);
  const kind = kinds.find(({ pattern }) => pattern.test(name));
  const { code, detail } = kind ?? { code: 11205, detail: 'the connection failed' };
  const named = name === '' ? detail : `${detail} (${name})`;
  // What broke HTTP's rules would break them again.
  return begun || code === 11206 ? { code, detail: named } : { code, detail: named, retry: 'ct' };
}

/** Failures that time decides. */
export const timeouts = {
  connect: { code: 11201, detail: 'connecting took too long', retry: 'ct' },
  read: { code: 11205, detail: 'no answer in time', retry: 'rt' },
  partial: { code: 11205, detail: 'the answer stopped half-way' },
  total: { code: 11203, detail: 'the time for the whole call has passed' },
} as const satisfies Record<string, Failure>;

/** An answer that is neither success nor a redirect that can be followed. */
export function statusFailure(status: number): Failure {
  const detail = `the answer was ${status}`;
  if (status >= 400 && status < 500) return { code: 11200, detail, retry: '4xx' };
  return status >= 500 ? { code: 11200, detail, retry: '5xx' } : { code: 11200, detail };
}
