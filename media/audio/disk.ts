import { open } from 'node:fs/promises';

/** The disk as this room sees it, so that a test may make it slow or broken. Refusals are rejected promises. */
export interface Disk {
  openToRead(path: string): Promise<ReadableFile>;
  /** Makes the file, or empties it. */
  create(path: string): Promise<WritableFile>;
}

export interface ReadableFile {
  /** When it was opened. */
  readonly bytes: number;
  /** Fills `into` from `position` on; gives how many bytes there were, less than asked only at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface WritableFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Cuts, or grows with zeros. */
  truncate(bytes: number): Promise<void>;
  /** Returns when all that was written would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const systemDisk: Disk = {
  async openToRead(path) {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      return {
        bytes: size,
        async read(into, position) {
          let filled = 0;
          while (filled < into.length) {
            const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return filled;
        },
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
  async create(path) {
    const handle = await open(path, 'w');
    return {
      async write(bytes, position) {
        let written = 0;
        while (written < bytes.length)
          written += (await handle.write(bytes, written, bytes.length - written, position + written))
            .bytesWritten;
      },
      truncate: (bytes) => handle.truncate(bytes),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
};
