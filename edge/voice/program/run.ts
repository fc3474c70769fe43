import type { Leg } from '../../../media/media.ts';
import type { HttpMethod } from '../call.ts';
import { ended } from '../live/interrupt.ts';
import type { LiveCall } from '../live/live-call.ts';
import { plainAlert } from '../observer.ts';
import type { Params } from '../params.ts';
import type { Services } from '../services.ts';
import type { Document } from './documents.ts';
import { documentAt, resolveUrl, type Source } from './source.ts';

/** What follows a verb. */
export type VerbEnd =
  /** The next verb of the document. */
  | { readonly kind: 'next' }
  /** Another document takes over. */
  | { readonly kind: 'document'; readonly source: Source }
  | { readonly kind: 'hangup'; readonly reject?: 'busy' | 'rejected' }
  | { readonly kind: 'left' };

export const next: VerbEnd = { kind: 'next' };

/** One document running on one call: what a verb works with. */
export class Run {
  readonly live: LiveCall;
  readonly services: Services;
  /** Ends when the call does, or is sent elsewhere: the verb stops what it began and returns anything at all. */
  readonly signal: AbortSignal;
  private readonly document: Document;

  constructor(live: LiveCall, services: Services, signal: AbortSignal, document: Document) {
    this.live = live;
    this.services = services;
    this.signal = signal;
    this.document = document;
  }

  /** The call's sound, answered first if need be; undefined if the call is over. */
  leg(): Promise<Leg | undefined> {
    return this.live.answer();
  }

  /** Of the document's own URL; '' where it came with a request. */
  get url(): string {
    return this.document.url;
  }

  /** An absolute URL of the document. */
  resolve(url: string): string {
    return resolveUrl(url, this.document.url);
  }

  /** Goes on with the document of an action; without a URL, with this document's own. */
  action(url: string | undefined, method: HttpMethod, params: Params): VerbEnd {
    const target = url === undefined ? this.document.url : this.resolve(url);
    return { kind: 'document', source: documentAt(target, method, params) };
  }

  /** Tells the tenant of an error of this call. */
  alert(code: number, detail: string): void {
    this.services.observer.alert(this.live.account, {
      ...plainAlert(code, this.live.sid, detail),
      url: this.document.url,
      method: this.document.method,
    });
  }

  /** Whether nothing of this document may happen any more. */
  get interrupted(): boolean {
    return this.signal.aborted;
  }

  /** Resolves when the document is interrupted, or at the latest after `timeoutMs`. */
  interruption(timeoutMs = Infinity): Promise<void> {
    if (timeoutMs === Infinity) return ended(this.signal).then(() => undefined);
    return new Promise((resolve) => {
      const timer = this.services.clock.after(timeoutMs, resolve);
      void ended(this.signal).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}

/** How one verb runs. It returns soon after `run.signal` ends, having stopped what it began. */
export type RunVerb<Verb> = (verb: Verb, run: Run) => Promise<VerbEnd>;
