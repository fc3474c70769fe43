import type { Home } from '../rtp/reach.ts';
import { RtpEnd } from '../rtp/rtp-end.ts';
import type { RtpEndOptions } from '../rtp/rtp-end.ts';

/** Who takes the packets of a party. */
interface Packets {
  heard(packet: Buffer): void;
  pressed(packet: Buffer): void;
}

/** Where a leg's transport is to be; `home` is which of our addresses. */
interface Place extends Omit<RtpEndOptions, keyof Packets | 'address'> {
  readonly home: number;
}

/** A transport whose packets go to a leg, once there is one. */
export const openEnd = (
  { home, ...place }: Place,
  homes: readonly Home[],
  leg: () => Packets | undefined,
): Promise<RtpEnd> => {
  const heard = (packet: Buffer): void => leg()?.heard(packet);
  const pressed = (packet: Buffer): void => leg()?.pressed(packet);
  return RtpEnd.open({ ...place, address: homes[home]?.address ?? '', heard, pressed });
};
