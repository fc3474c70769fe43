import type { Address } from './pdu.ts';

// SMPP 3.4 §5.2.5 and §5.2.6.
const tonInternational = 1;
const tonNetworkSpecific = 3;
const tonAlphanumeric = 5;
const npiIsdn = 1;
const npiUnknown = 0;

/** What a peer wants written; null leaves it to the address itself. */
export interface Addressing {
  readonly ton: number | null;
  readonly npi: number | null;
}

const byForm: Addressing = { ton: null, npi: null };

/** An address as SMPP carries it: E.164 without its plus sign; the type by its form unless the peer wants another. */
export function smppAddress(address: string, wanted: Addressing = byForm): Address {
  const international = address.startsWith('+');
  const alphanumeric = !international && !/^\d+$/.test(address);
  const ton = international ? tonInternational : alphanumeric ? tonAlphanumeric : tonNetworkSpecific;
  const npi = international ? npiIsdn : npiUnknown;
  return { ton: wanted.ton ?? ton, npi: wanted.npi ?? npi, addr: international ? address.slice(1) : address };
}
