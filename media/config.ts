import { isIP } from 'node:net';
import { z } from 'zod';
import { kind, portRange, textKind } from '../control/config/kinds.ts';

const ip = () => textKind('an IP address', (text) => (isIP(text) === 0 ? undefined : text));

/** `media`: where sound is sent and received. */
export const mediaPart = () =>
  z
    .strictObject({
      address: ip().default('127.0.0.1'),
      /** The address that peers are told, where it is not `address`. */
      announce: ip().optional(),
      /** For peers whose sound comes by IPv6, where `address` is of IPv4. */
      address6: textKind('an IPv6 address', (text) => (isIP(text) === 6 ? text : undefined)).optional(),
      ports: portRange().default({ first: 20_000, last: 39_999 }),
      workers: kind('auto, or a whole number from 1 to 256', (value) => {
        if (value === 'auto') return 'auto' as const;
        const count = Number(value);
        return Number.isInteger(count) && count >= 1 && count <= 256 ? count : undefined;
      }).default('auto'),
    })
    .refine(({ address, address6 }) => address6 === undefined || isIP(address) === 4, {
      path: ['address6'],
      message: 'is for an edge whose address is of IPv4',
    });
