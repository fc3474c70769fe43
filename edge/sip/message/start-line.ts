import type { SipFaultCode } from './fault.ts';
import { isToken, parseInteger } from './scan.ts';

/** A first line, with a fault where it could be read and is wrong all the same. */
export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string; readonly fault?: SipFaultCode }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly reason: string;
      readonly fault?: SipFaultCode;
    };

const version = 'SIP/2.0';

/** Reads a request line or status line (RFC 3261 §7.1, §7.2), without its end; undefined if it is not SIP. */
export function parseStartLine(line: string): StartLine | undefined {
  return line.startsWith('SIP/') || /^sip\//i.test(line) ? statusLine(line) : requestLine(line);
}

function requestLine(line: string): StartLine | undefined {
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  if (first > 0 && last > first && line.slice(last + 1) === version) {
    const method = line.slice(0, first);
    const uri = line.slice(first + 1, last);
    if (isToken(method) && uri !== '' && !/[\s<>"]/.test(uri)) return { kind: 'request', method, uri };
  }
  return salvage(line);
}

/** What can still be said of a line that is not as it should be, so that it may be answered. */
function salvage(line: string): StartLine | undefined {
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  const method = words[0] ?? '';
  const spoken = words.at(-1) ?? '';
  const uri = words.slice(1, -1).join(' ');
  if (words.length < 2 || !/^SIP\/\d+\.\d+$/i.test(spoken)) return undefined;
  if (!isToken(method)) return undefined;
  if (spoken.toUpperCase() !== version) return { kind: 'request', method, uri, fault: 'version' };
  // The version is compared without regard to case (§7.1); everything else of the line is exact.
  const exact = line === `${method} ${uri} ${spoken}` && uri !== '' && !/[\s<>"]/.test(uri);
  return exact ? { kind: 'request', method, uri } : { kind: 'request', method, uri, fault: 'startLine' };
}

function statusLine(line: string): StartLine {
  const parts = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/is.exec(line);
  if (parts === null) return { kind: 'response', status: 0, reason: '', fault: 'startLine' };
  const [, spoken = '', code = '', reason = ''] = parts;
  const status = code.length === 3 ? (parseInteger(code, 699) ?? 0) : 0;
  if (spoken !== '2.0') return { kind: 'response', status, reason, fault: 'version' };
  if (status < 100) return { kind: 'response', status, reason, fault: 'startLine' };
  return { kind: 'response', status, reason };
}
