import { setTimeout } from 'node:timers/promises';
import type { Log } from '../../../control/log/log.ts';
import type { Premises } from '../premises.ts';
import { Successor } from './successor.ts';

/** What the running edge does for its successor. */
export interface Yielding {
  readonly innerDoor: string;
  readonly takesCalls: boolean;
  drain(): Promise<void>;
  yield(): Promise<void>;
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
  next.tell({ kind: 'yours', callsDoor: edge.takesCalls ? edge.innerDoor : null });
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
  await Promise.race([edge.drain(), toldBySuccessor, told]);
  next.tell({ kind: 'callsEnding' });
  await next.hear('callsWait', handingMs).catch(() => undefined);
  await premises.rest();
  await edge.close();
  next.tell({ kind: 'callsFree' });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
