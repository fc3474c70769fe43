import type { DialVerb } from '../../twiml/verbs/dial.ts';
import { dialConference } from '../dial/conference.ts';
import { dialEndpoints } from '../dial/endpoints.ts';
import { dialParams, type DialOutcome } from '../dial/outcome.ts';
import { dialQueue } from '../dial/queue.ts';
import { documentAt } from '../program/source.ts';
import { next, type Run, type RunVerb, type VerbEnd } from '../program/run.ts';

/** Connects the call to another party (https://www.twilio.com/docs/voice/twiml/dial). */
export const runDial: RunVerb<DialVerb> = async (verb, run) => {
  const { target } = verb;
  switch (target.kind) {
    case 'endpoints': {
      const end = await dialEndpoints(verb, run, target.endpoints);
      if (end.kind === 'outcome') return after(verb, run, end.outcome);
      return {
        kind: 'document',
        source: documentAt(run.resolve(end.url), verb.referMethod, end.params),
      };
    }
    case 'conference':
      return after(verb, run, await dialConference(verb, run, target));
    case 'queue':
      return after(verb, run, await dialQueue(verb, run, target));
  }
};

function after(verb: DialVerb, run: Run, outcome: DialOutcome): VerbEnd {
  if (verb.action === undefined) return next;
  const { live, services } = run;
  const params = dialParams(outcome);
  if (!live.isOver) return run.action(verb.action, verb.method, params);
  // A caller who has hung up leads nowhere any more; the action is told of it all the same.
  void services.documents.tell(live, run.resolve(verb.action), verb.method, params);
  return next;
}
