import type { EnqueueVerb } from '../../twiml/verbs/enqueue.ts';
import { ended, interruptOf, within } from '../live/interrupt.ts';
import type { Params } from '../params.ts';
import { next, type Run, type RunVerb, type VerbEnd } from '../program/run.ts';
import { queueWaitVerbs, wait } from '../program/waiting.ts';
import type { Place, Release } from '../queues/queues.ts';

/** https://www.twilio.com/docs/voice/twiml/enqueue, QueueResult */
type QueueResult =
  | 'bridged'
  | 'hangup'
  | 'leave'
  | 'redirected'
  | 'redirected-from-bridged'
  | 'queue-full'
  | 'error'
  | 'system-error';

/** Twilio's number for a verb that has no place in a waitUrl's document. */
const waitFault = 13238;

/** Puts the caller into a queue, until an agent, the application or the caller ends that. */
export const runEnqueue: RunVerb<EnqueueVerb> = async (verb, run) => {
  const { services, live } = run;
  if ((await run.leg()) === undefined) return next;
  const queue = await services.queues.open(live.account.no, verb.name, verb.maxQueueSize);
  if (!queue.ok) return after(verb, run, 'system-error', '', 0);
  const place = services.queues.join(queue.value, live);
  if (place === undefined) {
    run.alert(14207, `the queue ${verb.name} holds ${queue.value.maxSize} already`);
    return after(verb, run, 'queue-full', queue.value.sid, 0);
  }
  const released = await waitFor(verb, run, place);
  const seconds = Math.floor((services.clock.now() - place.sinceMs) / 1000);
  const finish = (result: QueueResult): VerbEnd => after(verb, run, result, place.queueSid, seconds);
  switch (released.kind) {
    case 'left':
      return finish('leave');
    case 'hangup':
      return finish('hangup');
    case 'failed':
      return finish('error');
    case 'interrupted':
      return gone(
        verb,
        run,
        interruptOf(run.signal)?.kind === 'redirect' ? 'redirected' : 'hangup',
        place,
        seconds,
      );
    case 'redirected':
      await gone(verb, run, 'redirected', place, seconds);
      return { kind: 'document', source: released.source };
    case 'taken':
      break;
  }
  if (released.whisper !== null) {
    // Whatever the document does with itself, the caller is then connected, unless he is gone.
    await services.programs.run(live, released.whisper, { signal: run.signal });
  }
  const connection = await released.connect(!run.interrupted);
  if (connection === undefined) return finish('error');
  const end = await Promise.race([connection.done, ended(run.signal)]);
  if (end !== 'interrupted') return finish('bridged');
  const redirected = interruptOf(run.signal)?.kind === 'redirect';
  connection.end('second-left');
  return gone(verb, run, redirected ? 'redirected-from-bridged' : 'bridged', place, seconds);
};

/** Lets the caller hear what the waitUrl says, until something ends the waiting. He has left the queue then. */
async function waitFor(
  verb: EnqueueVerb,
  run: Run,
  place: Place,
): Promise<Release | { readonly kind: 'left' | 'hangup' | 'failed' | 'interrupted' }> {
  const { services, live } = run;
  const first = await within(run.signal, async (signal, stop) => {
    const waiting = wait(services, {
      live,
      signal,
      url: verb.waitUrl === undefined || verb.waitUrl === '' ? verb.waitUrl : run.resolve(verb.waitUrl),
      method: verb.waitUrlMethod,
      params: place.params,
      only: { verbs: queueWaitVerbs, code: waitFault },
      repeats: true,
    });
    const end = await Promise.race([place.release, waiting]);
    services.queues.leave(place);
    stop();
    await waiting;
    return end;
  });
  switch (first.kind) {
    case 'taken':
    case 'redirected':
    case 'left':
      return first;
    case 'hangup':
    case 'failed':
      return { kind: first.kind };
    default:
      return { kind: 'interrupted' };
  }
}

function paramsOf(result: QueueResult, queueSid: string, seconds: number): Params {
  return [
    ['QueueResult', result],
    ['QueueSid', queueSid],
    ['QueueTime', String(seconds)],
  ];
}

function after(verb: EnqueueVerb, run: Run, result: QueueResult, queueSid: string, seconds: number): VerbEnd {
  if (verb.action !== undefined)
    return run.action(verb.action, verb.method, paramsOf(result, queueSid, seconds));
  return result === 'hangup' ? { kind: 'hangup' } : next;
}

/** The action is told, but what it answers does not matter: the call is somewhere else, or over. */
async function gone(
  verb: EnqueueVerb,
  run: Run,
  result: QueueResult,
  place: Place,
  seconds: number,
): Promise<VerbEnd> {
  if (verb.action !== undefined) {
    const params = paramsOf(result, place.queueSid, seconds);
    await run.services.documents.tell(run.live, run.resolve(verb.action), verb.method, params);
  }
  return next;
}
