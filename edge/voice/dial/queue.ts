import type { QueueNoun } from '../../twiml/nouns/queue.ts';
import type { DialVerb } from '../../twiml/verbs/dial.ts';
import { deferred } from '../deferred.ts';
import { Connection } from '../live/connection.ts';
import { ended } from '../live/interrupt.ts';
import type { Run } from '../program/run.ts';
import { documentAt } from '../program/source.ts';
import type { Caller } from '../queues/queues.ts';
import { failedDial, type DialOutcome } from './outcome.ts';
import { recordDial } from './record.ts';

/** Connects an agent to whoever is next in a queue; waits for somebody if it is empty. */
export async function dialQueue(verb: DialVerb, run: Run, noun: QueueNoun): Promise<DialOutcome> {
  const { services, live } = run;
  const leg = await run.leg();
  if (leg === undefined) return failedDial;
  const queue = await services.queues.open(live.account.no, noun.name);
  if (!queue.ok) return failedDial;
  const caller = await services.queues.next(queue.value.sid, run.signal);
  if (caller === undefined) return { ...failedDial, status: 'no-answer' };
  const connection = await connect(run, noun, queue.value.sid, caller);
  if (connection === undefined) return { ...failedDial, status: 'canceled', callSid: caller.live.sid };
  const begunMs = services.clock.now();
  const recording = verb.record.kind === 'yes' ? await recordDial(verb, run) : undefined;
  const deaf = verb.hangupOnStar
    ? live.digits.listen((digit) => (digit === '*' ? connection.end('star') : undefined))
    : undefined;
  const limit = services.clock.after(verb.timeLimitMs, () => connection.end('time-limit'));
  const end = await Promise.race([connection.done, ended(run.signal)]);
  if (end === 'interrupted') connection.end('first-left');
  limit.cancel();
  deaf?.();
  const durationMs = services.clock.now() - begunMs;
  const extra = (await recording?.finish()) ?? [];
  return { status: 'completed', callSid: caller.live.sid, durationMs, bridged: true, extra };
}

/** The caller hears the whisper, if there is one, and joins. Undefined: one of the two has gone meanwhile. */
async function connect(
  run: Run,
  noun: QueueNoun,
  queueSid: string,
  caller: Caller,
): Promise<Connection | undefined> {
  const { promise, resolve } = deferred<Connection | undefined>();
  const seconds = Math.floor((run.services.clock.now() - caller.sinceMs) / 1000);
  const whisper =
    noun.url === undefined
      ? null
      : documentAt(run.resolve(noun.url), noun.method, [
          ['QueueSid', queueSid],
          ['QueueTime', String(seconds)],
          // Twilio's own spelling.
          ['DequeingCallSid', run.live.sid],
        ]);
  caller.take(whisper, async (here) => {
    const mine = run.live.leg;
    const theirs = caller.live.leg;
    const both = here && !run.interrupted && mine !== undefined && theirs !== undefined;
    const connection = both ? await Connection.of(mine, theirs) : undefined;
    resolve(connection);
    return connection;
  });
  return promise;
}
