import type { VoiceVerb } from '../../twiml/registry.ts';
import { ended, within } from '../live/interrupt.ts';
import type { LiveCall } from '../live/live-call.ts';
import { plainAlert } from '../observer.ts';
import type { Services } from '../services.ts';
import { runVerb } from '../verbs/registry.ts';
import type { Document, Fallback } from './documents.ts';
import { DocumentGuard } from './guard.ts';
import type { ProgramEnd, ProgramOptions, Programs } from './program.ts';
import { Run, type VerbEnd } from './run.ts';
import type { Source } from './source.ts';

const noFallback: Fallback = { url: '', method: 'POST' };

/** How often a program may be saved by its fallback: one that fails again and again is given up. */
const fallbacksMax = 10;

type DocumentEnd = VerbEnd | Extract<ProgramEnd, { kind: 'interrupted' | 'failed' }>;

/** Runs TwiML: document after document, verb after verb. */
export class Interpreter implements Programs {
  private readonly services: () => Services;

  constructor(services: () => Services) {
    this.services = services;
  }

  async run(live: LiveCall, first: Source, options: ProgramOptions): Promise<ProgramEnd> {
    const { clock, documents } = this.services();
    const guard = new DocumentGuard(clock.now());
    const fallback =
      first.kind === 'url' ? { url: first.fallbackUrl, method: first.fallbackMethod } : noFallback;
    let saved = 0;
    let source = first;
    let isSound = false;
    for (;;) {
      if (options.signal.aborted) return { kind: 'interrupted' };
      if (!guard.admit(clock.now())) return this.circle(live);
      const extra = options.params?.() ?? [];
      const failing = saved < fallbacksMax ? fallback : noFallback;
      const asked = source;
      const end = await within(options.signal, async (signal): Promise<DocumentEnd> => {
        // A slow application is not waited for when the call has gone elsewhere.
        const fetched = await Promise.race([documents.fetch(live, asked, extra, failing), ended(signal)]);
        if (fetched === 'interrupted' || signal.aborted) return { kind: 'interrupted' };
        if (!fetched.ok) return { kind: 'failed', code: fetched.error };
        ({ isSound } = fetched.value);
        if (failing.url !== '' && fetched.value.url === failing.url) saved++;
        return this.verbs(live, fetched.value, { ...options, signal });
      });
      switch (end.kind) {
        case 'document':
          source = end.source;
          break;
        case 'next':
          return { kind: 'finished', isSound };
        default:
          return end;
      }
    }
  }

  private circle(live: LiveCall): ProgramEnd {
    const detail = 'document after document was asked for with nothing between them';
    this.services().observer.alert(live.account, plainAlert(14106, live.sid, detail));
    return { kind: 'failed', code: 14106 };
  }

  /** Runs the verbs of a document; `next` after the last. */
  private async verbs(
    live: LiveCall,
    document: Document,
    { signal, only }: ProgramOptions,
  ): Promise<DocumentEnd> {
    const run = new Run(live, this.services(), signal, document);
    for (const verb of document.verbs) {
      if (only !== undefined && !only.verbs.has(verb.kind)) {
        run.alert(only.code, `<${nameOf(verb)}> has no place here`);
        continue;
      }
      const end = await runVerb(verb, run);
      // Read anew after each await.
      if (run.interrupted) return { kind: 'interrupted' };
      if (end.kind !== 'next') return end;
    }
    return { kind: 'next' };
  }
}

const nameOf = (verb: VoiceVerb): string =>
  verb.kind === 'unsupported' ? verb.name : verb.kind.charAt(0).toUpperCase() + verb.kind.slice(1);
