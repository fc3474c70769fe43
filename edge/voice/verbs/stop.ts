import type { StopVerb } from '../../twiml/verbs/stop.ts';
import { next, type RunVerb } from '../program/run.ts';

/** Ends what <Start> began, by its name (https://www.twilio.com/docs/voice/twiml/stop). */
export const runStop: RunVerb<StopVerb> = (verb, run) => {
  const { services, live } = run;
  for (const noun of verb.nouns) {
    if (noun.kind === 'unsupported') {
      run.alert(noun.code, `<${noun.name}> does not run on this edge`);
      continue;
    }
    const found =
      noun.kind === 'stream'
        ? services.streams.underWay(noun.name, live.sid)
        : services.recordings.ofCall(live.sid).find(({ name }) => name === noun.name);
    if (found === undefined) run.alert(14300, `this call has no ${noun.kind} with the name ${noun.name}`);
    else found.stop();
  }
  return Promise.resolve(next);
};
