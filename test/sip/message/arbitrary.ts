import fc from 'fast-check';
import { Headers } from '../../../edge/sip/message/headers.ts';
import type { SipMessage } from '../../../edge/sip/message/message.ts';

const of = (characters: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(characters));
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const token = fc.string({ unit: of(`${letters}-.!%*_+\`'~`), minLength: 1, maxLength: 12 });

/** A header value: no line breaks, no blanks at its ends. */
const value = fc
  .string({ unit: fc.oneof(of(`${letters} \t";,<>@:/=?`), fc.constantFrom('é', '中', '\0')), maxLength: 40 })
  .map((text) => text.trim());

const name = fc.oneof(
  fc.constantFrom('Via', 'v', 'From', 'f', 'To', 'TO', 'Call-ID', 'CSeq', 'Contact', 'm', 'Route', 'Subject'),
  token,
);

const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));

const headers = fc
  .array(fc.tuple(name, value), { maxLength: 12 })
  .map((fields) => fields.filter(([field]) => !/^(?:l|content-length)$/i.test(field)));

/** Any message that can be written; Content-Length is its last field. */
export const message: fc.Arbitrary<SipMessage> = fc
  .record({
    request: fc.boolean(),
    method: token,
    uri: fc.string({ unit: of(`${letters}:@;=.-`), minLength: 1, maxLength: 30 }),
    status: fc.integer({ min: 100, max: 699 }),
    reason: value,
    fields: headers,
    body,
  })
  .map(({ request, method, uri, status, reason, fields, body: octets }): SipMessage => {
    const all = Headers.of([...fields, ['Content-Length', String(octets.length)]]);
    return request
      ? { kind: 'request', method, uri, headers: all, body: octets }
      : { kind: 'response', status, reason, headers: all, body: octets };
  });

/** Sizes of the pieces that a stream is cut into. */
export const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });

export function cut(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
