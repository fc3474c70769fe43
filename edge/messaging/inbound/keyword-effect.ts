import type { OptOutType } from '../../../control/optouts/keywords.ts';

/** What a keyword does to its sender's opt-out, before the tenant's webhook hears of it. */
export interface KeywordEffect {
  /** Opt the sender out of the number it wrote to, back in, or neither. */
  readonly optOut: 'set' | 'clear' | 'keep';
  /** Whether the number answers by itself, past the opt-out. */
  readonly answered: boolean;
}

const noEffect: KeywordEffect = { optOut: 'keep', answered: false };

/**
 * What Twilio does by default: a START or YES from someone who is not opted out is plain text, a second STOP is not
 * answered again, and HELP is not answered while the opt-out stands. With Advanced Opt-Out (`advanced`) the opt-in
 * keywords are how recipients subscribe in the first place, so each is answered.
 */
export function keywordEffect(type: OptOutType, optedOut: boolean, advanced: boolean): KeywordEffect {
  switch (type) {
    case 'STOP':
      return optedOut ? noEffect : { optOut: 'set', answered: true };
    case 'START':
      return optedOut ? { optOut: 'clear', answered: true } : { optOut: 'keep', answered: advanced };
    case 'HELP':
      return optedOut ? noEffect : { optOut: 'keep', answered: true };
  }
}
