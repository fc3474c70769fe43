import ipaddr from 'ipaddr.js';

/** Whether a host is an address that only its own network reaches. Names are not. */
export function isPrivate(host: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  const range = ipaddr.process(host).range();
  return (
    range === 'private' || range === 'carrierGradeNat' || range === 'uniqueLocal' || range === 'linkLocal'
  );
}
