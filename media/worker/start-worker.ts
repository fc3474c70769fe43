import childProcess from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

/** The way to a worker. */
export interface Channel {
  /** As of a stream: what is written while it is corked is handed to the kernel in one call. */
  cork(): void;
  uncork(): void;
  /** What is written from now to the end of this turn of the event loop leaves in one go. */
  gather(): void;
}

/**
 * Starts a mediasoup process. mediasoup writes each packet and each request to it with a system call of its own and
 * offers no way to gather them; at hundreds of packets in a tick these calls are half of the cost. So the process is noted as it is
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
  const stream = spawned[0]?.stdio[3];
  return { worker, channel: stream instanceof Writable ? channelOf(stream) : ungathered };
}

function channelOf(stream: Writable): Channel {
  let gathering = false;
  const leave = (): void => {
    gathering = false;
    stream.uncork();
  };
  const gather = (): void => {
    if (gathering) return;
    gathering = true;
    stream.cork();
    setImmediate(leave);
  };
  return { cork: () => stream.cork(), uncork: () => stream.uncork(), gather };
}

const nothing = (): void => undefined;
const ungathered: Channel = { cork: nothing, uncork: nothing, gather: nothing };
