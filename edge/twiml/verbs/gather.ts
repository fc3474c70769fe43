import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { readChildren, type VerbSpec } from '../verb.ts';
import { pause, type PauseVerb } from './pause.ts';
import { play, type PlayVerb } from './play.ts';
import { say, type SayVerb } from './say.ts';

/** What may be heard while input is awaited. */
export type Prompt = SayVerb | PlayVerb | PauseVerb;

/** Take digits or speech (https://www.twilio.com/docs/voice/twiml/gather). */
export interface GatherVerb {
  readonly kind: 'gather';
  /** Absolute, or relative to the document; default: the document itself. */
  readonly action?: string;
  readonly method: HttpMethod;
  readonly input: readonly ('dtmf' | 'speech')[];
  /** Waited for the first input after the prompts, and between digits. */
  readonly timeoutMs: number;
  /** One of `0-9 # *`, or '' for none. */
  readonly finishOnKey: string;
  readonly numDigits?: number;
  /** Silence after speech that ends it; `auto`: when the recogniser thinks that a sentence has ended. */
  readonly speechTimeoutMs: number | 'auto';
  readonly maxSpeechMs: number;
  readonly language: string;
  /** Words and phrases that are likely. */
  readonly hints: readonly string[];
  readonly profanityFilter: boolean;
  readonly speechModel: string;
  readonly enhanced: boolean;
  /** Input stops the prompts. */
  readonly bargeIn: boolean;
  readonly actionOnEmptyResult: boolean;
  readonly partialResultCallback?: string;
  readonly partialResultCallbackMethod: HttpMethod;
  readonly prompts: readonly Prompt[];
  readonly line: number;
}

const attributes = {
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 13312, default: 'POST' },
  input: { kind: 'choices', values: ['dtmf', 'speech'], fault: 13326, default: ['dtmf'] },
  timeout: { kind: 'integer', min: 1, max: 86_400, fault: 13313, default: 5 },
  finishOnKey: { kind: 'pattern', pattern: /^[0-9#*]$/, fault: 13310, empty: true, default: '#' },
  numDigits: { kind: 'integer', min: 1, max: 10_000, fault: 13314 },
  speechTimeout: { kind: 'pattern', pattern: /^(?:[1-9]\d{0,4}|auto)$/, fault: 13327 },
  maxSpeechTime: { kind: 'integer', min: 1, max: 60, fault: 13328, default: 60 },
  language: {
    kind: 'pattern',
    pattern: /^[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}$/,
    fault: 13331,
    default: 'en-US',
  },
  hints: { kind: 'pattern', pattern: /^[^\p{Cc}]{1,10000}$/u, fault: 13330, default: '' },
  profanityFilter: { kind: 'boolean', fault: 13333, default: true },
  speechModel: { kind: 'pattern', pattern: /^[A-Za-z0-9_-]{1,64}$/, fault: 13334, default: 'default' },
  enhanced: { kind: 'boolean', fault: 12200, default: false },
  bargeIn: { kind: 'boolean', fault: 13332, default: true },
  actionOnEmptyResult: { kind: 'boolean', fault: 13338, default: false },
  partialResultCallback: { kind: 'url', fault: 11100 },
  partialResultCallbackMethod: { kind: 'method', fault: 13329, default: 'POST' },
  /** Undocumented; it only ever changed what Twilio logs. */
  debug: { kind: 'boolean', fault: 12200 },
} as const satisfies AttributeTable;

const hintsMax = 500;
const hintMaxCharacters = 100;

function hintsOf(element: Element, written: string, warnings: Warnings): readonly string[] {
  const all = written
    .split(',')
    .map((hint) => hint.trim())
    .filter((hint) => hint !== '');
  const good = all.filter((hint) => hint.length <= hintMaxCharacters).slice(0, hintsMax);
  if (good.length < all.length) {
    const allowed = `${hintsMax} hints of ${hintMaxCharacters} characters`;
    warnings.add(13330, `<Gather> takes ${allowed}; ${all.length - good.length} were left out`, element.line);
  }
  return good;
}

function parse(element: Element, warnings: Warnings): GatherVerb {
  const given = readAttributes(element, attributes, warnings);
  const timeoutMs = given.timeout * 1000;
  const { speechTimeout } = given;
  let speechTimeoutMs: number | 'auto' = timeoutMs;
  if (speechTimeout !== undefined) {
    speechTimeoutMs = speechTimeout === 'auto' ? 'auto' : Number(speechTimeout) * 1000;
  }
  return {
    kind: 'gather',
    method: given.method,
    input: given.input,
    timeoutMs,
    finishOnKey: given.finishOnKey,
    speechTimeoutMs,
    maxSpeechMs: given.maxSpeechTime * 1000,
    language: given.language,
    hints: hintsOf(element, given.hints, warnings),
    profanityFilter: given.profanityFilter,
    speechModel: given.speechModel,
    enhanced: given.enhanced,
    bargeIn: given.bargeIn,
    actionOnEmptyResult: given.actionOnEmptyResult,
    partialResultCallbackMethod: given.partialResultCallbackMethod,
    ...optional({
      action: given.action,
      numDigits: given.numDigits,
      partialResultCallback: given.partialResultCallback,
    }),
    prompts: readChildren<Prompt>(element, [say, play, pause], warnings),
    line: element.line,
  };
}

export const gather: VerbSpec<GatherVerb> = {
  name: 'Gather',
  contexts: ['voice'],
  attributes,
  children: ['Say', 'Play', 'Pause'],
  childFault: 13320,
  parse,
};
