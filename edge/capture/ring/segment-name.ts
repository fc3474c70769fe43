/** A file of the ring: packets of one interface, from a time on. */
export interface SegmentName {
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly networkInterface: string;
}

const digits = 16;

/** `1700000000000000-eth0.pcap`: names sort by time. */
export const segmentFile = ({ startUs, networkInterface }: SegmentName): string =>
  `${String(startUs).padStart(digits, '0')}-${networkInterface}.pcap`;

/** undefined for files that are no segment. */
export function parseSegmentFile(file: string): SegmentName | undefined {
  const match = /^(\d{16})-([A-Za-z0-9][A-Za-z0-9_.:@-]{0,14})\.pcap$/.exec(file);
  const [, start, networkInterface] = match ?? [];
  return start === undefined || networkInterface === undefined
    ? undefined
    : { startUs: Number(start), networkInterface };
}
