import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import unixDatagrams from 'unix-dgram';

/** A Unix datagram socket in a temporary folder, as systemd's are, and what it has heard. */
export class DatagramSocket {
  readonly path: string;
  readonly heard: Buffer[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'strowger-datagrams-'));
  private readonly socket = unixDatagrams.createSocket('unix_dgram', (message) => {
    this.heard.push(message);
    this.socket.emit('heard');
  });

  constructor() {
    this.path = join(this.folder, 'socket');
    this.socket.bind(this.path);
  }

  /** Resolves when it has heard so many in all. */
  async until(count: number): Promise<readonly Buffer[]> {
    while (this.heard.length < count) await once(this.socket, 'heard');
    return this.heard;
  }

  close(): void {
    this.socket.close();
    rmSync(this.folder, { recursive: true });
  }
}
