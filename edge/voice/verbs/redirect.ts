import type { RedirectVerb } from '../../twiml/verbs/redirect.ts';
import type { RunVerb } from '../program/run.ts';

/** Goes on with another document (https://www.twilio.com/docs/voice/twiml/redirect). */
export const runRedirect: RunVerb<RedirectVerb> = (verb, run) =>
  Promise.resolve(run.action(verb.url === '' ? undefined : verb.url, verb.method, []));
