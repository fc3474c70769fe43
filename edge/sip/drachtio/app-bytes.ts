import { isUtf8 } from 'node:buffer';
import type { SipMessage } from '../message/message.ts';
import { spellingOf } from '../message/names.ts';
import { Headers } from '../message/headers.ts';
import { writeMessage } from '../message/write.ts';

/**
 * A message of the network as an application is shown it: the datagram itself where that is plain, so that it is not
 * written a second time; else written anew, with long names and as UTF-8, since not every parser knows the others.
 */
export function appBytes(message: SipMessage, datagram: Buffer | undefined): Buffer {
  if (datagram !== undefined && isPlain(message.headers) && isUtf8(datagram)) {
    let start = 0;
    while (datagram[start] === 13 || datagram[start] === 10) start++;
    const { body } = message;
    // The body is a view of the datagram; what follows it does not belong to the message.
    const end = body.length === 0 ? headEnd(datagram) : body.byteOffset - datagram.byteOffset + body.length;
    return datagram.subarray(start, end);
  }
  const headers = new Headers();
  for (const { key, name, value } of message.headers)
    headers.add(key, name.length === 1 ? spellingOf(key) : name, value);
  return writeMessage({ ...message, headers });
}

function isPlain(headers: Headers): boolean {
  for (const { name } of headers) if (name.length === 1) return false;
  return true;
}

function headEnd(datagram: Buffer): number {
  const found = datagram.indexOf('\r\n\r\n');
  return found < 0 ? datagram.length : found + 4;
}
