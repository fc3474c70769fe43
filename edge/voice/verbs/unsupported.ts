import type { Unsupported } from '../../twiml/unsupported.ts';
import { next, type RunVerb } from '../program/run.ts';

/** A verb of Twilio's that does not run here: its documented error, and on with the document. */
export const runUnsupported: RunVerb<Unsupported> = (verb, run) => {
  run.alert(verb.code, `<${verb.name}> does not run on this edge`);
  return Promise.resolve(next);
};
