import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
/** Version 2, command PROXY; and LOCAL, which says nothing of a client. */
const proxied = 0x21;
const local = 0x20;
const tcpOverIpv4 = 0x11;
const tcpOverIpv6 = 0x21;

/**
 * A PROXY protocol version 2 header (haproxy's proxy-protocol.txt, section 2.2) that hands on who the client is. The
 * destination's address and all ports are zero: nobody asks for them.
 */
export function proxyHeader(clientAddress: string | undefined): Buffer {
  if (clientAddress === undefined || !(isIPv4(clientAddress) || isIPv6(clientAddress))) {
    return Buffer.concat([signature, Buffer.from([local, 0, 0, 0])]);
  }
  const source = ipaddr.process(clientAddress).toByteArray();
  const body = Buffer.alloc(2 * source.length + 4);
  body.set(source);
  const family = source.length === 4 ? tcpOverIpv4 : tcpOverIpv6;
  return Buffer.concat([signature, Buffer.from([proxied, family, 0, body.length]), body]);
}
