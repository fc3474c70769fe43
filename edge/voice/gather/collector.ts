import { assertNever } from '../../../control/base/result.ts';

/** What a gathering goes by; see `GatherVerb`. */
export interface GatherRules {
  readonly dtmf: boolean;
  readonly speech: boolean;
  readonly timeoutMs: number;
  readonly finishOnKey: string;
  readonly numDigits: number;
  readonly speechTimeoutMs: number;
  readonly maxSpeechMs: number;
  readonly bargeIn: boolean;
}

export type GatherEvent =
  | { readonly kind: 'digit'; readonly digit: string }
  /** The prompts have been heard, or there are none. */
  | { readonly kind: 'prompts-ended' }
  /** The party begins or ceases to speak. */
  | { readonly kind: 'speech' }
  | { readonly kind: 'silence' }
  /** The recogniser's last word; '' if it understood nothing. */
  | { readonly kind: 'understood'; readonly text: string; readonly confidence: number }
  | { readonly kind: 'timer' };

export type GatherResult =
  | { readonly kind: 'digits'; readonly digits: string; readonly finishedOnKey: string }
  | { readonly kind: 'speech'; readonly text: string; readonly confidence: number }
  | { readonly kind: 'nothing' };

export type GatherEffect =
  | { readonly kind: 'stop-prompts' }
  /** A `timer` event after so long, instead of any that was set; undefined: none at all. */
  | { readonly kind: 'timer'; readonly afterMs: number | undefined }
  /** Speech: begin to listen, let the recogniser say its last word, or forget it. */
  | { readonly kind: 'listen' }
  | { readonly kind: 'finish-listening' }
  | { readonly kind: 'cancel-listening' }
  | { readonly kind: 'done'; readonly result: GatherResult };

type Input =
  | { readonly kind: 'none' }
  | { readonly kind: 'digits'; readonly digits: string }
  /** `untilMs`: when it has lasted as long as it may. */
  | { readonly kind: 'speaking'; readonly untilMs: number }
  /** The party has spoken; the recogniser's last word is awaited. */
  | { readonly kind: 'recognising' }
  | { readonly kind: 'done' };

export interface Gathering {
  readonly prompting: boolean;
  readonly input: Input;
  /** What came of it while prompts were to be heard to their end. */
  readonly result: GatherResult | undefined;
}

export interface GatherStep {
  readonly state: Gathering;
  readonly effects: readonly GatherEffect[];
}

/** A recogniser that has not understood by then has not understood. */
export const recogniseTimeoutMs = 10_000;

const nothing: GatherResult = { kind: 'nothing' };
const forget: readonly GatherEffect[] = [{ kind: 'cancel-listening' }];

/** A gathering whose prompts have begun. */
export const beginGathering = (rules: GatherRules): GatherStep => ({
  state: { prompting: true, input: { kind: 'none' }, result: undefined },
  effects: rules.speech && rules.bargeIn ? [{ kind: 'listen' }] : [],
});

function done(state: Gathering, rules: GatherRules, result: GatherResult): GatherStep {
  // Prompts that may not be interrupted are heard to their end first.
  if (state.prompting && !rules.bargeIn) return { state: { ...state, result }, effects: [] };
  const effects: GatherEffect[] = state.prompting ? [{ kind: 'stop-prompts' }] : [];
  if (rules.speech) effects.push({ kind: 'cancel-listening' });
  return {
    state: { prompting: false, input: { kind: 'done' }, result },
    effects: [...effects, { kind: 'timer', afterMs: undefined }, { kind: 'done', result }],
  };
}

function digit(rules: GatherRules, state: Gathering, key: string): GatherStep {
  const before = state.input.kind === 'digits' ? state.input.digits : '';
  const unchanged = { state, effects: [] };
  if (!rules.dtmf || state.result !== undefined) return unchanged;
  if (key === rules.finishOnKey) {
    // Twilio ends nothing by it that no digit came before.
    return before === ''
      ? unchanged
      : done(state, rules, { kind: 'digits', digits: before, finishedOnKey: key });
  }
  const digits = before + key;
  if (digits.length >= rules.numDigits)
    return done(state, rules, { kind: 'digits', digits, finishedOnKey: '' });
  // Digits win over speech.
  const effects: GatherEffect[] = rules.speech && before === '' ? [...forget] : [];
  const interrupting = state.prompting && rules.bargeIn;
  if (interrupting) effects.push({ kind: 'stop-prompts' });
  const prompting = state.prompting && !interrupting;
  if (!prompting) effects.push({ kind: 'timer', afterMs: rules.timeoutMs });
  return { state: { ...state, prompting, input: { kind: 'digits', digits } }, effects };
}

function promptsEnded(rules: GatherRules, state: Gathering): GatherStep {
  if (!state.prompting) return { state, effects: [] };
  const heard: Gathering = { ...state, prompting: false };
  if (state.result !== undefined) return done(heard, rules, state.result);
  const waiting: GatherEffect = { kind: 'timer', afterMs: rules.timeoutMs };
  const late = rules.speech && !rules.bargeIn && state.input.kind === 'none';
  return { state: heard, effects: late ? [{ kind: 'listen' }, waiting] : [waiting] };
}

function speech(rules: GatherRules, state: Gathering, nowMs: number): GatherStep {
  const { input } = state;
  if (!rules.speech || (state.prompting && !rules.bargeIn)) return { state, effects: [] };
  if (input.kind === 'speaking') {
    return { state, effects: [{ kind: 'timer', afterMs: Math.max(0, input.untilMs - nowMs) }] };
  }
  if (input.kind !== 'none') return { state, effects: [] };
  const untilMs = nowMs + rules.maxSpeechMs;
  return {
    state: { ...state, prompting: false, input: { kind: 'speaking', untilMs } },
    effects: [
      ...(state.prompting ? [{ kind: 'stop-prompts' } as const] : []),
      { kind: 'timer', afterMs: rules.maxSpeechMs },
    ],
  };
}

function silence(rules: GatherRules, state: Gathering, nowMs: number): GatherStep {
  const { input } = state;
  if (input.kind !== 'speaking') return { state, effects: [] };
  const afterMs = Math.max(0, Math.min(rules.speechTimeoutMs, input.untilMs - nowMs));
  return { state, effects: [{ kind: 'timer', afterMs }] };
}

function understood(
  rules: GatherRules,
  state: Gathering,
  { text, confidence }: Extract<GatherEvent, { kind: 'understood' }>,
): GatherStep {
  const { input } = state;
  if (input.kind === 'digits') return { state, effects: [] };
  if (text !== '') return done(state, rules, { kind: 'speech', text, confidence });
  // Nothing was understood of what was said; where nothing was said yet, a digit may still come.
  return input.kind === 'none' ? { state, effects: [] } : done(state, rules, nothing);
}

function timer(rules: GatherRules, state: Gathering): GatherStep {
  const { input } = state;
  switch (input.kind) {
    case 'none':
    case 'recognising':
      return done(state, rules, nothing);
    case 'digits':
      return done(state, rules, { kind: 'digits', digits: input.digits, finishedOnKey: '' });
    case 'speaking':
      return {
        state: { ...state, input: { kind: 'recognising' } },
        effects: [{ kind: 'finish-listening' }, { kind: 'timer', afterMs: recogniseTimeoutMs }],
      };
    case 'done':
      return { state, effects: [] };
    default:
      return assertNever(input);
  }
}

/** What an event changes in a gathering. `nowMs` is of any clock that does not go back. */
export function gatherStep(
  rules: GatherRules,
  state: Gathering,
  event: GatherEvent,
  nowMs: number,
): GatherStep {
  if (state.input.kind === 'done') return { state, effects: [] };
  switch (event.kind) {
    case 'digit':
      return digit(rules, state, event.digit);
    case 'prompts-ended':
      return promptsEnded(rules, state);
    case 'speech':
      return speech(rules, state, nowMs);
    case 'silence':
      return silence(rules, state, nowMs);
    case 'understood':
      return understood(rules, state, event);
    case 'timer':
      return timer(rules, state);
    default:
      return assertNever(event);
  }
}
