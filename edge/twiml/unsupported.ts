import type { ElementSpec } from './verb.ts';

/** A verb or noun of Twilio's that does not run here: whoever meets it reports `code` and treats it as failed. */
export interface Unsupported {
  readonly kind: 'unsupported';
  /** As it is written. */
  readonly name: string;
  readonly code: number;
  readonly line: number;
}

/** The spec of an element that does not run here, whatever is in it. */
export const unsupported = (name: string, code: number): ElementSpec<Unsupported> => ({
  name,
  attributes: {},
  children: 'any',
  parse: (element) => ({ kind: 'unsupported', name, code, line: element.line }),
});
