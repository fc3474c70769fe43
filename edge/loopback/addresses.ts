import type { Address } from '../smpp/pdu.ts';

// SMPP 3.4 §5.2.5 and §5.2.6.
const tonInternational = 1;
const tonNetworkSpecific = 3;
const tonAlphanumeric = 5;
const npiIsdn = 1;

/** A number in E.164, a short code, or a name, as SMPP carries it. */
export function addressOf(number: string): Address {
  if (number.startsWith('+')) return { ton: tonInternational, npi: npiIsdn, addr: number.slice(1) };
  const ton = /^\d+$/.test(number) ? tonNetworkSpecific : tonAlphanumeric;
  return { ton, npi: 0, addr: number };
}

/** An address as people write it: international numbers with their plus sign. */
export const numberOf = ({ ton, addr }: Address): string =>
  ton === tonInternational && /^\d+$/.test(addr) ? `+${addr}` : addr;
