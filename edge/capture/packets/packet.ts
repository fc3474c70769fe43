/** One packet as it was captured, whatever gave it: a file, the ring, or an interface. */
export interface CapturedPacket {
  /** When it passed, in microseconds since 1970. */
  readonly timeUs: number;
  /** A LINKTYPE_ number of tcpdump.org's registry: what the bytes begin with; see `link.ts`. */
  readonly linkType: number;
  /** As much of it as was kept. May be a view of a larger buffer: copy what is kept for long. */
  readonly bytes: Buffer;
  /** How long it was on the wire, in octets; more than `bytes` has where the capture cut it. */
  readonly originalLength: number;
}
