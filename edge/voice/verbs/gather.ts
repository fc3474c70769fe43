import { assertNever } from '../../../control/base/result.ts';
import type { Timer } from '../../../control/base/clock.ts';
import type { Leg, Tap } from '../../../media/media.ts';
import type { GatherVerb } from '../../twiml/verbs/gather.ts';
import { deferred } from '../deferred.ts';
import {
  beginGathering,
  gatherStep,
  type GatherEffect,
  type GatherEvent,
  type Gathering,
  type GatherResult,
  type GatherRules,
} from '../gather/collector.ts';
import { Listener } from '../gather/listener.ts';
import { PartialResults } from '../gather/partial-results.ts';
import { ended, within } from '../live/interrupt.ts';
import type { Params } from '../params.ts';
import { next, type Run, type RunVerb } from '../program/run.ts';
import { perform, ready } from './sound.ts';

/** `speechTimeout="auto"`: a pause as people make it between sentences, and not within one. */
const autoSpeechTimeoutMs = 800;

const rulesOf = (verb: GatherVerb): GatherRules => ({
  dtmf: verb.input.includes('dtmf'),
  speech: verb.input.includes('speech'),
  timeoutMs: verb.timeoutMs,
  finishOnKey: verb.finishOnKey,
  numDigits: verb.numDigits ?? Infinity,
  speechTimeoutMs: verb.speechTimeoutMs === 'auto' ? autoSpeechTimeoutMs : verb.speechTimeoutMs,
  maxSpeechMs: verb.maxSpeechMs,
  bargeIn: verb.bargeIn,
});

/** Takes digits or speech, while prompts are heard and after (https://www.twilio.com/docs/voice/twiml/gather). */
export const runGather: RunVerb<GatherVerb> = async (verb, run) => {
  const leg = await run.leg();
  if (leg === undefined || run.interrupted) return next;
  const result = await within(run.signal, async (signal) => {
    const session = new GatherSession(verb, run, leg);
    const outcome = await Promise.race([session.result, ended(signal)]);
    session.close();
    return outcome;
  });
  if (result === 'interrupted') return next;
  if (result.kind === 'nothing' && !verb.actionOnEmptyResult) return next;
  return run.action(verb.action, verb.method, paramsOf(result, verb));
};

function paramsOf(result: GatherResult, verb: GatherVerb): Params {
  switch (result.kind) {
    case 'digits':
      return [
        ['Digits', result.digits],
        ['FinishedOnKey', result.finishedOnKey],
        ['msg', 'Gather End'],
      ];
    case 'speech':
      return [
        ['SpeechResult', result.text],
        ['Confidence', String(Number(result.confidence.toFixed(7)))],
        ['Language', verb.language],
      ];
    case 'nothing':
      return [
        ...(verb.input.includes('dtmf') ? [['Digits', ''] as const] : []),
        ...(verb.input.includes('speech') ? [['SpeechResult', ''] as const] : []),
        ['msg', 'Gather End'],
      ];
    default:
      return assertNever(result);
  }
}

/** One <Gather> on one call: performs what the collector decides. */
class GatherSession {
  readonly result: Promise<GatherResult>;
  private readonly verb: GatherVerb;
  private readonly run: Run;
  private readonly leg: Leg;
  private readonly rules: GatherRules;
  private readonly outcome = deferred<GatherResult>();
  private readonly prompts = new AbortController();
  private readonly partials: PartialResults | undefined;
  private readonly unlisten: () => void;
  private state: Gathering;
  private timer: Timer | undefined;
  private listener: Listener | undefined;
  private watch: Tap | undefined;
  private closed = false;

  constructor(verb: GatherVerb, run: Run, leg: Leg) {
    this.verb = verb;
    this.run = run;
    this.leg = leg;
    this.rules = rulesOf(verb);
    this.result = this.outcome.promise;
    const { partialResultCallback: url, partialResultCallbackMethod: method } = verb;
    if (url !== undefined) this.partials = new PartialResults(run, run.resolve(url), method);
    this.unlisten = run.live.digits.listen((digit) => this.hear({ kind: 'digit', digit }));
    const { state, effects } = beginGathering(this.rules);
    this.state = state;
    this.perform(effects);
    void this.play();
  }

  close(): void {
    this.closed = true;
    this.prompts.abort();
    this.unlisten();
    this.timer?.cancel();
    this.watch?.close();
    this.listener?.cancel();
  }

  private hear(event: GatherEvent): void {
    if (this.closed) return;
    const { state, effects } = gatherStep(this.rules, this.state, event, this.run.services.clock.monotonic());
    this.state = state;
    this.perform(effects);
  }

  private perform(effects: readonly GatherEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'stop-prompts':
          this.prompts.abort();
          break;
        case 'timer':
          this.timer?.cancel();
          if (effect.afterMs !== undefined) {
            this.timer = this.run.services.clock.after(effect.afterMs, () => this.hear({ kind: 'timer' }));
          }
          break;
        case 'listen':
          void this.listen();
          break;
        case 'finish-listening':
          this.listener?.finish();
          break;
        case 'cancel-listening':
          this.listener?.cancel();
          break;
        case 'done':
          this.outcome.resolve(effect.result);
          break;
        default:
          assertNever(effect);
      }
    }
  }

  /** All prompts are made ready at once, so that they follow each other without a gap. */
  private async play(): Promise<void> {
    const { signal } = this.prompts;
    const prepared = this.verb.prompts.map((prompt) => ready(prompt, this.run));
    for (const each of prepared) {
      const prompt = await each;
      if (signal.aborted) break;
      if (prompt !== undefined) await perform(prompt, this.leg, signal);
    }
    this.hear({ kind: 'prompts-ended' });
  }

  private async listen(): Promise<void> {
    const { verb, run } = this;
    this.listener = new Listener({
      recogniser: run.services.recogniser,
      language: verb.language,
      hints: verb.hints,
      partial: (text) => this.partials?.add(text),
      final: (text, confidence) => this.hear({ kind: 'understood', text, confidence }),
      failed: (code, detail) => {
        run.alert(code, detail);
        this.hear({ kind: 'understood', text: '', confidence: 0 });
      },
    });
    if (!(await this.listener.listen(this.leg))) return;
    this.watch = await this.leg.watchSpeech(({ kind }) => this.hear({ kind }));
    if (this.closed) this.watch.close();
  }
}
