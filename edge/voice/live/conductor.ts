import type { Clock } from '../../../control/base/clock.ts';
import type { ProgramEnd, Programs } from '../program/program.ts';
import type { Source } from '../program/source.ts';
import type { Speaker } from '../speaker.ts';
import { ended, interruptOf } from './interrupt.ts';
import { brokenDown, type Ending, type LiveCall } from './live-call.ts';

export interface ConductorDeps {
  readonly programs: Programs;
  readonly speaker: Speaker;
  readonly clock: Clock;
}

/** What a caller hears whose application has failed, and its fallback, too. */
const apology = 'We are sorry, an application error has occurred. Goodbye.';
const apologyMaxMs = 15_000;

/** Leads calls through their TwiML to their end. */
export class Conductor {
  private readonly deps: ConductorDeps;
  private readonly leading = new Set<Promise<void>>();

  constructor(deps: ConductorDeps) {
    this.deps = deps;
  }

  /** Resolves when no call is led any more, of those that are led now. */
  async idle(): Promise<void> {
    await Promise.all(this.leading);
  }

  /** The call does what `first` says, and what the REST API sends it to, until it ends. Never rejects. */
  conduct(live: LiveCall, first: Source): Promise<void> {
    const leading: Promise<void> = this.lead(live, first)
      .catch(() => live.hangUp(brokenDown))
      .finally(() => this.leading.delete(leading));
    this.leading.add(leading);
    return leading;
  }

  private async lead(live: LiveCall, first: Source): Promise<void> {
    let source = first;
    for (;;) {
      const signal = live.begin();
      const end = await this.run(live, source, signal);
      if (live.isOver) return;
      const interrupt = interruptOf(signal);
      if (interrupt?.kind === 'redirect') {
        source = interrupt.source;
        continue;
      }
      if (end.kind === 'failed') await this.apologise(live, signal);
      else if (end.kind === 'finished') await live.answer();
      // An update that came with the last words still counts.
      const late = interruptOf(signal);
      if (late?.kind === 'redirect') {
        source = late.source;
        continue;
      }
      live.hangUp(endingOf(end, live.isAnswered));
      return;
    }
  }

  private async run(live: LiveCall, source: Source, signal: AbortSignal): Promise<ProgramEnd> {
    try {
      return await this.deps.programs.run(live, source, { signal });
    } catch {
      // A fault of ours must not leave a caller hanging.
      return { kind: 'failed', code: 12400 };
    }
  }

  private async apologise(live: LiveCall, signal: AbortSignal): Promise<void> {
    const leg = await live.answer();
    const words = await this.deps.speaker.say({ ssml: apology, voice: 'woman', language: 'en-US' });
    if (leg === undefined || !words.ok || signal.aborted) return;
    const playback = leg.play([{ kind: 'file', file: words.value.file }]);
    const limit = this.deps.clock.after(apologyMaxMs, () => playback.stop());
    await Promise.race([playback.done, ended(signal)]);
    limit.cancel();
    playback.stop();
  }
}

function endingOf(end: ProgramEnd, answered: boolean): Ending {
  const reject = end.kind === 'hangup' ? end.reject : undefined;
  if (answered || reject === undefined) return { status: 'completed', errorCode: 0, sipCode: 0 };
  return reject === 'busy'
    ? { status: 'busy', errorCode: 0, sipCode: 486 }
    : { status: 'no-answer', errorCode: 0, sipCode: 603 };
}
