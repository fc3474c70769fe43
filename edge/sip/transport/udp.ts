import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import type { Endpoint } from './flow.ts';

/** Asked of the kernel, which gives as much as it allows; a burst waits there while this thread is busy. */
const kernelBuffer = 8 * 1024 * 1024;

/** A UDP listener, from which requests leave, too (RFC 3581 §4: responses come back to where requests came from). */
export class UdpEndpoint implements Endpoint {
  readonly transport = 'udp';
  readonly host: string;
  private readonly socket: Socket;
  private readonly localFor: (remote: string) => string;
  private boundPort: number;
  private portText = '';

  constructor(
    host: string,
    port: number,
    localFor: (remote: string) => string,
    received: (bytes: Buffer, from: RemoteInfo, endpoint: UdpEndpoint) => void,
  ) {
    this.host = host;
    this.boundPort = port;
    this.localFor = localFor;
    this.socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      ipv6Only: host.includes(':'),
      // Hosts are always addresses here; Node would send even those through its resolver's thread hop.
      lookup: (address, _options, done) => done(null, address, address.includes(':') ? 6 : 4),
    });
    this.socket.on('message', (bytes, from) => received(bytes, from, this));
  }

  get port(): number {
    return this.boundPort;
  }

  bind(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('error', reject);
      this.socket.bind(this.boundPort, this.host, () => {
        this.socket.off('error', reject);
        // Unreachable peers are reported by datagrams that came back; timers deal with them.
        this.socket.on('error', () => undefined);
        this.boundPort = this.socket.address().port;
        this.portText = `:${this.boundPort}`;
        this.enlarge();
        resolve();
      });
    });
  }

  sentBy(remote: string): string {
    const local = this.localFor(remote);
    return local.includes(':') ? `[${local}]${this.portText}` : local + this.portText;
  }

  /** Sends a datagram; `failed` is told where the kernel refuses it at once. */
  send(bytes: Buffer, host: string, port: number, failed: () => void): void {
    this.socket.send(bytes, port, host, (error) => {
      if (error !== null) failed();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.close(() => resolve());
    });
  }

  private enlarge(): void {
    try {
      this.socket.setRecvBufferSize(kernelBuffer);
      this.socket.setSendBufferSize(kernelBuffer);
    } catch {
      // Some platforms refuse instead of giving less; their default then stands.
    }
  }
}
