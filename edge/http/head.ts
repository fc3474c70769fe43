import type { Method } from '../api/exchange.ts';
import type { HttpRequest } from './uws.ts';

/**
 * What is wrong with a request's head. `closes`: the two ends may no longer agree where a message ends (RFC 9112
 * section 6.3), or the client should not go on, so the connection must end with the answer.
 */
export interface HeadFault {
  readonly status: number;
  readonly detail: string;
}

/** Everything the front door needs of a head; the library's own object is only valid while the first call lasts. */
export interface Head {
  method: Method | undefined;
  /** A HEAD request: its answer has no body. */
  bodiless: boolean;
  path: string;
  query: string;
  host: string;
  authorization: string | undefined;
  contentType: string;
  /** Bytes of body announced. */
  contentLength: number;
  range: string | undefined;
  /** The client wants the connection to end with the answer. */
  closes: boolean;
  /** The library saw so itself: then it ends the connection, but leaves it to us to say so (RFC 9112 section 9.6). */
  closesUnsaid: boolean;
  /** The token of Twilio-Client-Validation. */
  clientValidation: string | undefined;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  fault: HeadFault | undefined;
}

/** Octets of all header names and values. A head that arrives in several packets has 4096 in all (the library's limit). */
const headerCharsMax = 16_384;
const targetCharsMax = 8192;

const methods: Readonly<Record<string, Method>> = {
  get: 'GET',
  post: 'POST',
  patch: 'PATCH',
  delete: 'DELETE',
};

let head: Head;
let headerChars = 0;
let seenHost = false;
let seenLength = false;

/** Reads the head in one pass; the faults are of framing, ambiguity and size, not of meaning. */
export function readHead(request: HttpRequest): Head {
  const method = request.getMethod();
  const path = request.getUrl();
  // The library types this as text; without a question mark it is undefined.
  const query = (request.getQuery() as string | undefined) ?? '';
  head = {
    method: methods[method],
    bodiless: method === 'head',
    path,
    query,
    host: '',
    authorization: undefined,
    contentType: '',
    contentLength: 0,
    range: undefined,
    closes: false,
    closesUnsaid: false,
    clientValidation: undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
    fault: undefined,
  };
  headerChars = 0;
  seenHost = seenLength = false;
  request.forEach(takeHeader);
  if (headerChars > headerCharsMax) refuse(431, `the headers are longer than ${headerCharsMax} characters`);
  if (path.length + query.length > targetCharsMax) {
    refuse(414, `the request's URI is longer than ${targetCharsMax} characters`);
  }
  return head;
}

function refuse(status: number, detail: string): void {
  head.fault ??= { status, detail };
}

function takeHeader(name: string, value: string): void {
  headerChars += name.length + value.length;
  switch (name) {
    case 'host':
      if (seenHost) refuse(400, 'more than one Host header');
      seenHost = true;
      head.host = value;
      return;
    case 'content-length':
      // A front proxy might believe the other one: request smuggling (RFC 9112 section 11.2).
      if (seenLength) refuse(400, 'more than one Content-Length header');
      seenLength = true;
      if (!isLength(value)) refuse(400, 'Content-Length is not a number');
      else head.contentLength = Number(value);
      return;
    case 'transfer-encoding':
      // The library reads chunk extensions and trailers as data, and any coding as chunked.
      refuse(411, 'a body needs a Content-Length; transfer codings are not accepted');
      return;
    case 'authorization':
      if (head.authorization !== undefined) refuse(400, 'more than one Authorization header');
      head.authorization = value;
      return;
    case 'content-type':
      head.contentType = value;
      return;
    case 'content-encoding':
      if (value.toLowerCase() !== 'identity') refuse(415, 'a body is accepted without a content coding only');
      return;
    case 'connection':
      if (value.toLowerCase().includes('close')) head.closes = true;
      // The library looks at no more than the length.
      if (value.length === 'close'.length) head.closesUnsaid = true;
      return;
    case 'range':
      head.range = value;
      return;
    case 'twilio-client-validation':
      if (head.clientValidation !== undefined) refuse(400, 'more than one Twilio-Client-Validation header');
      head.clientValidation = value;
      return;
    case 'x-forwarded-for':
      head.forwardedFor = head.forwardedFor === undefined ? value : `${head.forwardedFor},${value}`;
      return;
    case 'x-forwarded-proto':
      head.forwardedProto = value;
      return;
  }
}

/** Digits alone, and few enough to be exact. */
function isLength(text: string): boolean {
  if (text.length === 0 || text.length > 15) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}
