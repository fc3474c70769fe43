import { parseNameAddr } from './address.ts';
import { cseq } from './fields.ts';
import type { SipFault, SipFaultCode } from './fault.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { standsOnce } from './names.ts';
import { parseInteger } from './scan.ts';
import { parseUri } from './uri.ts';
import { topVia } from './via.ts';

const needed = ['via', 'from', 'to', 'call-id', 'cseq'] as const;

/**
 * What is wrong with a message whose bytes could be read; undefined if it may be acted upon. Looks at what every
 * element depends on (RFC 3261 §8.1.1, §8.2, §16.3); other fields are the concern of who reads them.
 */
export function validate(message: SipMessage): SipFault | undefined {
  const fault = fieldFault(message) ?? (message.kind === 'request' ? requestFault(message) : undefined);
  if (fault === undefined) return undefined;
  const [code, detail] = fault;
  return message.kind === 'request' ? { code, detail, request: message } : { code, detail };
}

type Found = readonly [code: SipFaultCode, detail: string];

function fieldFault(message: SipMessage): Found | undefined {
  const { headers } = message;
  for (const name of needed) if (!headers.has(name)) return ['missing', name];
  const repeated = headers.repeated(standsOnce);
  if (repeated !== undefined) return ['repeated', repeated];
  if (topVia(message) === undefined) return ['header', 'via'];
  if (parseNameAddr(headers.get('from') ?? '') === undefined) return ['header', 'from'];
  if (parseNameAddr(headers.get('to') ?? '') === undefined) return ['header', 'to'];
  const callId = headers.get('call-id') ?? '';
  if (callId === '' || /\s/.test(callId)) return ['header', 'call-id'];
  return cseq(message) === undefined ? ['header', 'cseq'] : undefined;
}

function requestFault(request: SipRequest): Found | undefined {
  if (cseq(request)?.method !== request.method) return ['cseqMethod', 'cseq'];
  // RFC 2543 had no Max-Forwards, so its absence is forgiven (RFC 3261 §16.3 step 3).
  const hops = request.headers.get('max-forwards');
  if (hops !== undefined && parseInteger(hops, 255) === undefined) return ['header', 'max-forwards'];
  const uri = parseUri(request.uri);
  if (uri === undefined) return ['uri', 'request-uri'];
  if (uri.kind === 'other') return ['scheme', 'request-uri'];
  // Headers may not stand in a Request-URI (§19.1.1, table 1).
  return uri.kind === 'sip' && uri.headers !== '' ? ['uri', 'request-uri'] : undefined;
}

/** The option tags of Require that are not in `supported` (RFC 3261 §8.2.2.3); ACK and CANCEL require nothing. */
export function unsupported(request: SipRequest, supported: ReadonlySet<string>): readonly string[] {
  if (request.method === 'ACK' || request.method === 'CANCEL') return [];
  return (request.headers.list('require') ?? []).filter((tag) => !supported.has(tag.toLowerCase()));
}
