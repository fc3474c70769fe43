import { isAscii, isUtf8 } from 'node:buffer';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import type { SipFault, SipFaultCode } from './fault.ts';
import { Headers } from './headers.ts';
import { bodyMax, fieldsMax, headMax, noBody } from './message.ts';
import type { SipMessage } from './message.ts';
import { headerKey, knownKey } from './names.ts';
import { isBlank, isToken, parseInteger, skipBlanks } from './scan.ts';
import { parseStartLine } from './start-line.ts';
import type { StartLine } from './start-line.ts';

/** A first line and the header fields, before the body is looked at. */
export interface Head {
  readonly line: StartLine;
  readonly headers: Headers;
  /** The first fault; what could be read is in `headers` all the same. */
  readonly fault?: { readonly code: SipFaultCode; readonly detail: string };
}

const carriageReturn = 13;
const lineFeed = 10;
const headEnd = Buffer.from('\r\n\r\n');

/**
 * Reads one message from a datagram (RFC 3261 §7, §18.3): bytes beyond Content-Length are ignored, fewer are a fault;
 * without Content-Length the body goes on to the end. Header values are not looked at; see `validate`. Any bytes may
 * be given; it never throws. The body is a view of `bytes`.
 */
export function parseMessage(bytes: Buffer, start = 0, end = bytes.length): Result<SipMessage, SipFault> {
  start = skipLineEnds(bytes, start, end);
  const found = bytes.subarray(start, end).indexOf(headEnd);
  // A datagram that ends within its head may still be answered from the part that is there.
  const headStop = found < 0 ? end : start + found + 2;
  if (headStop - start > headMax) return fail({ code: 'tooLarge', detail: 'head' });
  const head = parseHead(decodeText(bytes, start, headStop), found < 0);
  if (head === undefined) return fail({ code: 'notSip', detail: 'start line' });
  if (head.fault !== undefined) return refuse(head, head.fault.code, head.fault.detail);
  const bodyStart = headStop + 2;
  const available = end - bodyStart;
  const length = contentLength(head.headers);
  if (length === 'malformed') return refuse(head, 'contentLength', 'content-length');
  if ((length ?? available) > bodyMax) return refuse(head, 'tooLarge', 'body');
  if (length !== undefined && length > available) return refuse(head, 'truncated', 'body');
  return ok(withBody(head, bytes.subarray(bodyStart, bodyStart + (length ?? available))));
}

/** The place after line ends that precede a message (RFC 3261 §7.5). */
export function skipLineEnds(bytes: Buffer, at: number, end: number): number {
  while (at < end && (bytes[at] === carriageReturn || bytes[at] === lineFeed)) at++;
  return at;
}

/** Octets as text: UTF-8 (RFC 3261 §7), or Latin-1 where they are not, as some devices send display names. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  const view = bytes.subarray(start, end);
  return view.toString(isAscii(view) || !isUtf8(view) ? 'latin1' : 'utf8');
}

/** Reads first line and header fields, each with its end; undefined if the first line is not SIP. */
export function parseHead(text: string, truncated = false): Head | undefined {
  const lineEnd = text.indexOf('\r\n');
  const line = parseStartLine(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (line === undefined) return undefined;
  const headers = new Headers();
  const fault = parseFields(text, lineEnd < 0 ? text.length : lineEnd + 2, headers);
  if (line.fault !== undefined) return { line, headers, fault: { code: line.fault, detail: 'start line' } };
  if (truncated) return { line, headers, fault: { code: 'truncated', detail: 'head' } };
  return fault === undefined ? { line, headers } : { line, headers, fault };
}

/**
 * Reads header field lines from `at` to the end of the text into `headers`. Folded lines are joined with one space
 * (RFC 3261 §7.3.1). A malformed line is left out and the first such one is told. A lone CR or LF is malformed: who
 * takes it for a line end would see other header fields than we do.
 */
function parseFields(text: string, at: number, headers: Headers): Head['fault'] {
  let fault: Head['fault'];
  for (let lines = 0; at < text.length; lines++) {
    if (lines === fieldsMax) return { code: 'tooLarge', detail: 'header fields' };
    const start = at;
    let end = lineEndFrom(text, at);
    let folded = false;
    while (isBlank(text.charCodeAt(end + 2))) {
      folded = true;
      end = lineEndFrom(text, end + 2);
    }
    at = end + 2;
    const colon = text.indexOf(':', start);
    const bad = colon < 0 || colon >= end ? '' : addField(text, start, colon, end, folded, headers);
    if (bad !== undefined) fault ??= { code: 'header', detail: bad };
  }
  return fault;
}

function lineEndFrom(text: string, at: number): number {
  const end = text.indexOf('\r\n', at);
  return end < 0 ? text.length : end;
}

/** Adds a field; gives the name at fault instead if it is malformed. */
function addField(
  text: string,
  start: number,
  colon: number,
  end: number,
  folded: boolean,
  headers: Headers,
): string | undefined {
  let name = text.slice(start, colon);
  let key = knownKey(name);
  if (key === undefined) {
    // Blanks may stand before the colon (HCOLON, §25.1).
    name = name.trimEnd();
    if (!isToken(name)) return '';
    key = headerKey(name);
  }
  const from = skipBlanks(text, colon + 1);
  let value = from < end ? text.slice(from, end) : '';
  if (folded) value = value.replace(/\r\n[ \t]+/g, ' ').trimStart();
  if (isBlank(value.charCodeAt(value.length - 1))) value = value.trimEnd();
  if (value.includes('\n') || value.includes('\r')) return key;
  headers.add(key, name, value);
  return undefined;
}

/** Content-Length; undefined without one. Several with one value are taken for one. */
export function contentLength(headers: Headers): number | undefined | 'malformed' {
  const values = headers.all('content-length');
  const [first] = values;
  if (first === undefined) return undefined;
  const length = parseInteger(first, 0xffffffff);
  if (length === undefined) return 'malformed';
  return values.every((value) => parseInteger(value, 0xffffffff) === length) ? length : 'malformed';
}

/** Head and body as a message. */
export function withBody({ line, headers }: Head, body: Buffer): SipMessage {
  return line.kind === 'request'
    ? { kind: 'request', method: line.method, uri: line.uri, headers, body }
    : { kind: 'response', status: line.status, reason: line.reason, headers, body };
}

const refuse = (head: Head, code: SipFaultCode, detail: string): Result<never, SipFault> =>
  fail(faultOf(head, code, detail));

/** The fault, with what there is of a request to answer. */
export function faultOf(head: Head, code: SipFaultCode, detail: string): SipFault {
  const message = withBody(head, noBody);
  return message.kind === 'request' ? { code, detail, request: message } : { code, detail };
}
