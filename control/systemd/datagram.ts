import { constants } from 'node:os';
import unixDatagrams from 'unix-dgram';

/**
 * What became of a datagram. `absent`: nobody has such a socket; `refused`: somebody had, or will not hear us; `full`: it
 * takes no more at the moment; `large`: it takes none of that size; `failed`: anything else, such as no room for a socket
 * of our own.
 */
export type DatagramEnd = 'sent' | 'absent' | 'refused' | 'full' | 'large' | 'failed';

/** Of `sun_path`, with the NUL at its end (unix(7)). The binding would cut a longer one, and lead elsewhere. */
const pathMaxBytes = 107;

const ends: ReadonlyMap<number, DatagramEnd> = new Map([
  [constants.errno.ENOENT, 'absent'],
  [constants.errno.ENOTDIR, 'absent'],
  [constants.errno.ECONNREFUSED, 'refused'],
  [constants.errno.EACCES, 'refused'],
  [constants.errno.EPERM, 'refused'],
  [constants.errno.EAGAIN, 'full'],
  [constants.errno.ENOBUFS, 'full'],
  [constants.errno.EMSGSIZE, 'large'],
]);

/**
 * Sends one datagram to the Unix socket at `path`, at once or not at all: it never waits. Each has a socket of its own,
 * for an open one would keep the process alive; that costs some ten microseconds.
 */
export function sendDatagram(path: string, bytes: Buffer): DatagramEnd {
  if (Buffer.byteLength(path) > pathMaxBytes) return 'absent';
  let end: DatagramEnd = 'sent';
  try {
    const socket = unixDatagrams.createSocket('unix_dgram');
    socket.send(bytes, 0, bytes.length, path, (error) => {
      if (error !== undefined) end = ends.get(-(error.errno ?? 0)) ?? 'failed';
    });
    socket.close();
  } catch {
    end = 'failed';
  }
  return end;
}
