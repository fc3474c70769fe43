import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { lookup } from 'node:dns';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Address } from '../../../control/config/address.ts';

/** Datagrams that the kernel has not taken yet; more are thrown away. */
const waitingMax = 1_000;
const againMs = 10_000;

/** Sends datagrams to one place. What cannot be sent is lost: captures are not worth waiting for. */
export class HepSender {
  private readonly to: Address;
  private readonly clock: Clock;
  private readonly trouble: (reason: string) => void;
  private readonly resolve: NonNullable<SocketOptions['lookup']>;
  private socket: Socket | undefined;
  private ready = false;
  private timer: Timer | undefined;
  sent = 0;

  /** `trouble` hears why nothing can be sent; it is tried again. */
  constructor(
    to: Address,
    clock: Clock,
    trouble: (reason: string) => void,
    resolve: NonNullable<SocketOptions['lookup']> = lookup,
  ) {
    this.to = to;
    this.clock = clock;
    this.trouble = trouble;
    this.resolve = resolve;
    this.open();
  }

  send(datagram: Buffer): void {
    if (!this.ready || this.socket === undefined || this.socket.getSendQueueCount() >= waitingMax) return;
    this.sent++;
    this.socket.send(datagram);
  }

  close(): void {
    this.timer?.cancel();
    this.socket?.removeAllListeners();
    this.socket?.close();
    this.socket = undefined;
  }

  private open(): void {
    const socket = createSocket({
      type: this.to.host.includes(':') ? 'udp6' : 'udp4',
      lookup: this.resolve,
    });
    this.socket = socket;
    this.ready = false;
    socket.on('error', ({ message }) => {
      // Nobody listens there yet; that is said by the datagrams before, and each is on its own.
      if (this.ready) return;
      this.trouble(message);
      this.close();
      this.timer = this.clock.after(againMs, () => this.open());
    });
    socket.connect(this.to.port, this.to.host, () => (this.ready = true));
  }
}
