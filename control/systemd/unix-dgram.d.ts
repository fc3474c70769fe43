/** The part of npm `unix-dgram` (2.0.7) that is used; it brings no types. */
declare module 'unix-dgram' {
  import type { EventEmitter } from 'node:events';

  interface Socket extends EventEmitter {
    /** Binds to `path`; what fails is emitted as `error`. */
    bind(path: string): void;
    /**
     * Sends without waiting, and calls back before it returns. A failure's `errno` is the system's number, negative.
     */
    send(
      bytes: Buffer,
      offset: number,
      length: number,
      path: string,
      done: (error?: NodeJS.ErrnoException) => void,
    ): void;
    close(): void;
  }

  const unixDatagrams: {
    /** Throws the system's error where there is no socket to be had. An open one keeps the process alive. */
    createSocket(type: 'unix_dgram', listener?: (message: Buffer) => void): Socket;
  };
  export default unixDatagrams;
}
