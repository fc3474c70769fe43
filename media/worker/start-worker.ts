import childProcess from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

/** As of a stream: what is written while it is corked is handed to the kernel in one call. */
export interface Channel {
  cork(): void;
  uncork(): void;
}

/**
 * Starts a mediasoup process. mediasoup writes each packet to it with a system call of its own and offers no way to
 * gather them; at hundreds of packets in a tick these calls are half of the cost. So the process is noted as it is
 * spawned, for the sake of its channel (file descriptor 3). Sockets are served by epoll: io_uring is not compiled in.
 */
export async function startWorker(): Promise<{ readonly worker: types.Worker; readonly channel: Channel }> {
  const spawned: ChildProcess[] = [];
  const spawn = childProcess.spawn;
  const noting = (...args: Parameters<typeof spawn>): ChildProcess => {
    const child = spawn(...args);
    spawned.push(child);
    return child;
  };
  childProcess.spawn = noting as typeof spawn;
  let starting: Promise<types.Worker>;
  try {
    starting = createWorker({ logLevel: 'none', disableLiburing: true });
  } finally {
    childProcess.spawn = spawn;
  }
  const worker = await starting;
  const channel = spawned[0]?.stdio[3];
  return {
    worker,
    channel: channel instanceof Writable ? channel : { cork: nothing, uncork: nothing },
  };
}

const nothing = (): void => undefined;
