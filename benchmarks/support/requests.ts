import { buildSubmit, command, headerBytes } from '../../test/peers/smsc-bytes.ts';
import { template, type Template } from './template.ts';

/** The text every benchmark sends; its number tells the SMSC's census which message it is. */
export const bodyText = 'Your table for two is booked. Reply STOP to end. #';

/** Whose messages a load sends. Recipients are +1 312 555 and four digits. */
export interface Numbers {
  /** How many senders: `senderNumber(0)` and so on. */
  readonly senders: number;
}

const senderPrefix = '141523';
const recipientPrefix = '1312';

/** E.164 of sender `index`, with its plus sign: +1 415 23x xxxx. */
export const senderNumber = (index: number): string => `+${senderPrefix}${index.toString().padStart(5, '0')}`;

/** POST …/Messages.json with Basic authentication, as Twilio's SDK sends it. */
export function createMessage(host: string, sid: string, token: string, numbers: Numbers): Template {
  const body =
    `To=%2B${recipientPrefix}555<to:4>&From=%2B${senderPrefix}<from:5>` +
    `&Body=${encodeURIComponent(bodyText).replaceAll('%20', '+')}<number:9>`;
  const length = template(body).bytes.length;
  const head = [
    `POST /2010-04-01/Accounts/${sid}/Messages.json HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: strowger-benchmark',
    'Accept: application/json',
    `Authorization: Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');
  return template(head + body, { from: numbers.senders });
}

/** GET /cgi-bin/sendsms of Kannel with the same numbers and text. */
export function sendsms(host: string, user: string, password: string, numbers: Numbers): Template {
  const query =
    `username=${user}&password=${password}&from=${senderPrefix}<from:5>` +
    `&to=%2B${recipientPrefix}555<to:4>&text=${encodeURIComponent(bodyText).replaceAll('%20', '+')}<number:9>`;
  const head = `GET /cgi-bin/sendsms?${query} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: strowger-benchmark\r\n\r\n`;
  return template(head, { from: numbers.senders });
}

/** submit_sm with the same numbers and text. Its sequence number is no hole: it is binary. */
export function submitSm(numbers: Numbers): Template {
  const source = `${senderPrefix}00000`;
  const destination = `${recipientPrefix}5550000`;
  const body = Buffer.from(`${bodyText}000000000`, 'latin1');
  const bytes = buildSubmit({ commandId: command.submitSm, sequence: 0, source, destination, body });
  // service_type's NUL, two octets of source type, the source, its NUL, two octets of destination type.
  const sourceEnd = headerBytes + 3 + source.length;
  const destinationEnd = sourceEnd + 3 + destination.length;
  return {
    bytes,
    holes: [
      { at: sourceEnd - 5, width: 5, modulo: numbers.senders },
      { at: destinationEnd - 4, width: 4, modulo: 10_000 },
      { at: bytes.length - 9, width: 9, modulo: 1e9 },
    ],
  };
}
