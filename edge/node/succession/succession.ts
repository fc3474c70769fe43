import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../../control/base/clock.ts';
import type { Log } from '../../../control/log/log.ts';
import type { Premises } from '../premises.ts';
import { Successor } from './successor.ts';

/** What the running edge does for its successor. */
export interface Yielding {
  /** The Unix socket by which another process's door leads requests here. */
  readonly innerDoor: string;
  readonly takesCalls: boolean;
  /** Calls in progress now. */
  readonly calls: () => number;
  /** How long those may take to end by themselves. */
  readonly drainMs: number;
  /** Takes no new calls; resolves when those that go on have ended, at the latest after `drainMs`. */
  drain(): Promise<void>;
  /**
   * Gives up all but the calls in progress, so that another process may go on with the rest: what this one has
   * acknowledged is on disk, and it sends and counts nothing any more. Requests wait, whose connections stay.
   */
  yield(): Promise<void>;
  /** Takes nothing new, lets what is under way end, and closes the store. */
  close(): Promise<void>;
}

export interface SuccessionContext {
  readonly edge: Yielding;
  readonly premises: Premises;
  readonly log: Log;
  /** Resolves when this process is told to end. */
  readonly told: Promise<unknown>;
  /** The successor has the work: whoever watches over processes watches that one now. */
  readonly succeeded: () => void;
}

/**
 * `succeeded`: the other process has everything, and this one may end. `kept`: it did not come so far as to ask for it,
 * and all is as before. `lost`: it failed with the work in hand; this edge has yielded and is to be opened anew.
 */
export type SuccessionEnd = 'succeeded' | 'kept' | 'lost';

/** Loading the code, the configuration. */
const preparingMs = 60_000;
/** Opening the store and every listener. */
const openingMs = 60_000;
/** A listening socket changes hands. */
const handingMs = 5_000;
/** How often the successor hears how many calls go on here. */
const tellingMs = 1_000;
/** Idle connections of clients are closed by the library within this time; those that are used, with their next answer. */
const lingerMs = 15_000;

/** Starts a process from what is installed now, and hands the work of this one over to it. */
export async function handOver(context: SuccessionContext): Promise<SuccessionEnd> {
  const { premises, edge, log } = context;
  const next = Successor.start();
  log.info({ successor: next.pid }, 'a successor is being started');
  try {
    await next.hear('prepared', preparingMs);
    for (const [name, handle] of premises.listeners.all()) {
      next.tell({ kind: 'listener', name }, handle);
      await next.hear('inherited', handingMs);
    }
  } catch (error) {
    await next.kill();
    premises.failures.note('start');
    log.error(
      { reason: reasonOf(error) },
      'the successor could not be started; this process goes on, and nothing has changed. ' +
        'Mend what the successor has logged (strowger check reads the configuration), then reload again',
    );
    return 'kept';
  }
  const begunMs = performance.now();
  await edge.yield();
  const yieldedMs = performance.now();
  next.tell({
    kind: 'yours',
    callsDoor: edge.takesCalls ? edge.innerDoor : null,
    sealKeys: premises.sealKeys.map((key) => key.toString('hex')),
  });
  try {
    const { door } = await next.hear('serving', openingMs);
    await premises.leadTo(door);
  } catch (error) {
    await next.kill();
    premises.failures.note('serve');
    log.error(
      { reason: reasonOf(error) },
      'the successor failed; this process takes the work up again, but its calls are cut. ' +
        'Mend what the successor has logged before you reload again',
    );
    return 'lost';
  }
  context.succeeded();
  const ms = { yieldMs: Math.round(yieldedMs - begunMs), openMs: Math.round(performance.now() - yieldedMs) };
  log.info({ successor: next.pid, ...ms }, 'the successor serves; calls in progress go on here');
  await endCalls(context, next);
  await Promise.race([setTimeout(lingerMs, undefined, { ref: false }), context.told]);
  await premises.closeDoor();
  next.leave();
  return 'succeeded';
}

/** Lets the calls in progress end as they do when an edge stops, and with them what is left of this one. */
async function endCalls({ edge, premises, told }: SuccessionContext, next: Successor): Promise<void> {
  const toldBySuccessor = next.hear('end', Infinity).catch(() => undefined);
  const endByMs = systemClock.now() + edge.drainMs;
  const tell = (): void => next.tell({ kind: 'calls', calls: edge.calls(), endByMs });
  tell();
  const telling = setInterval(tell, tellingMs);
  await Promise.race([edge.drain(), toldBySuccessor, told]);
  clearInterval(telling);
  next.tell({ kind: 'callsEnding' });
  await next.hear('callsWait', handingMs).catch(() => undefined);
  await premises.rest();
  await edge.close();
  next.tell({ kind: 'callsFree' });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
