import type { Clock } from '../../../control/base/clock.ts';
import type { Sid, SidFactory } from '../../../control/base/sid.ts';
import type { Meter } from '../../../control/billing/meter.ts';
import type { Page, PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import { chargeMinutes } from '../minute-charges.ts';
import type { Params } from '../params.ts';
import type { Recording } from '../recording.ts';
import type { Book } from '../store/book.ts';
import { narrowed, ofAccount, transcriptionBook, underWay } from '../store/books.ts';
import type { Transcription } from '../transcription.ts';

export interface TranscriptionDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly callbacks: Callbacks;
  readonly books: TenantBooks;
  readonly meter: Meter;
  /** `https://api.<domain>`, once the front door is open. */
  readonly publicOrigin: () => string;
}

const transcribed = { unit: 'transcription_minute', category: 'transcriptions' } as const;

/** The texts of recordings: their records, and what their applications are told. */
export class Transcriptions {
  private readonly deps: TranscriptionDeps;
  private readonly book: Book<Transcription>;
  private stopped = false;

  constructor(deps: TranscriptionDeps) {
    this.deps = deps;
    this.book = transcriptionBook(deps.store);
  }

  /** What an earlier run of the edge was listening to will not be understood any more. */
  recover(): void {
    for (const { sid } of this.book.all(underWay)) this.finish(sid, undefined);
  }

  /** Nothing is written any more; the next start ends what is under way. */
  stop(): void {
    this.stopped = true;
  }

  /** A recording is being listened to. `callback`: whom to tell of the end, with which parameters besides our own. */
  begin(
    { accountNo, sid: recordingSid, durationMs }: Pick<Recording, 'accountNo' | 'sid' | 'durationMs'>,
    callback: { readonly url: string; readonly params: Params } | null,
  ): Transcription {
    const nowMs = this.deps.clock.now();
    return this.book.put({
      sid: this.deps.newSid('TR'),
      accountNo,
      recordingSid,
      status: 'in-progress',
      text: '',
      durationMs,
      priceMicros: null,
      createdMs: nowMs,
      updatedMs: nowMs,
      callback,
    });
  }

  /** The text has come, or will not: undefined. One that was deleted meanwhile is nobody's concern. */
  finish(sid: Sid, text: string | undefined): void {
    const { books, callbacks, clock, meter, publicOrigin } = this.deps;
    const before = this.stopped ? undefined : this.book.get(sid);
    if (before?.status !== 'in-progress') return;
    const { accountNo, callback, durationMs } = before;
    const status = text === undefined ? 'failed' : 'completed';
    const account = books.accountByNo(accountNo);
    const updatedMs = clock.now();
    const made = { sid, ...transcribed, durationMs, atMs: updatedMs };
    const priceMicros =
      status === 'failed' || account === undefined ? null : chargeMinutes(meter, account, made);
    this.book.put({ ...before, status, text: text ?? '', priceMicros, updatedMs, callback: null });
    if (callback === null || account === undefined) return;
    const params: Params = [
      ...callback.params,
      ['TranscriptionSid', sid],
      ['TranscriptionType', 'fast'],
      ['TranscriptionStatus', status],
      ['TranscriptionText', text ?? ''],
      ['TranscriptionUrl', transcriptionUrl(publicOrigin(), account.sid, sid)],
    ];
    callbacks.leave(sid, 0, { accountNo, url: callback.url, method: 'POST', params });
  }

  get(sid: Sid): Transcription | undefined {
    return this.book.get(sid);
  }

  /** All of an account, or those of one recording. */
  list(accountNo: number, recordingSid: Sid | undefined, page: PageQuery<Sid>): Page<Transcription, Sid> {
    const facet =
      recordingSid === undefined ? ofAccount(accountNo) : narrowed(accountNo, 'recording', recordingSid);
    return this.book.list(facet, page);
  }

  /** Removes it, for good when this resolves. */
  async remove(transcription: Transcription): Promise<void> {
    this.book.remove(transcription);
    await this.deps.store.durable();
  }
}

const transcriptionUrl = (origin: string, accountSid: Sid, sid: Sid): string =>
  `${origin}/2010-04-01/Accounts/${accountSid}/Transcriptions/${sid}`;
