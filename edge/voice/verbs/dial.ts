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

const after = (verb: DialVerb, run: Run, outcome: DialOutcome): VerbEnd =>
  verb.action === undefined ? next : run.action(verb.action, verb.method, dialParams(outcome));
