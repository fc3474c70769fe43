import type { SipMessage } from './message.ts';

/** The message as it goes out (RFC 3261 §7). Content-Length is that of the body, in its place or as last field. */
export function writeMessage(message: SipMessage): Buffer {
  const { body } = message;
  const head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n${message.headers.text(body.length)}\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n${message.headers.text(body.length)}\r\n`;
  if (body.length === 0) return Buffer.from(head, 'utf8');
  const headLength = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headLength + body.length);
  bytes.write(head, 0, 'utf8');
  body.copy(bytes, headLength);
  return bytes;
}
