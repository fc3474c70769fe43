import type { ConnectVerb } from '../../twiml/verbs/connect.ts';
import { ended, within } from '../live/interrupt.ts';
import { next, type RunVerb } from '../program/run.ts';
import { streamWish } from './stream-wish.ts';

/**
 * Gives the call to an application over a bidirectional stream, until either lets go
 * (https://www.twilio.com/docs/voice/twiml/connect).
 */
export const runConnect: RunVerb<ConnectVerb> = async (verb, run) => {
  const { noun } = verb;
  if (noun.kind === 'unsupported') {
    run.alert(noun.code, `<${noun.name}> does not run on this edge`);
    return next;
  }
  const leg = await run.leg();
  if (leg === undefined || run.interrupted) return next;
  const started = run.services.streams.start(run.live, leg, streamWish(noun, run, true));
  if (!started.ok) {
    run.alert(started.error === 'quota' ? 31960 : 14300, 'this call has as many streams as it may');
    return next;
  }
  const stream = started.value;
  await within(run.signal, async (signal) => {
    await Promise.race([stream.done, ended(signal)]);
  });
  stream.stop();
  await stream.done;
  return verb.action === undefined
    ? next
    : run.action(verb.action, verb.method, [
        ['StreamSid', stream.sid],
        ['StreamName', stream.name],
      ]);
};
