import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { sidTimeMs, type Sid, type SidFactory } from '../../../control/base/sid.ts';
import type { Meter } from '../../../control/billing/meter.ts';
import type { Page, PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Leg, RecordOptions, Recorder, RecordingResult, Room } from '../../../media/media.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import type { EventTarget } from '../call.ts';
import { chargeMinutes } from '../minute-charges.ts';
import type { Param } from '../params.ts';
import { isOver, type Recording, type RecordingEvent, type RecordingSource } from '../recording.ts';
import type { Book } from '../store/book.ts';
import { narrowed, ofAccount, recordingBook, underWay } from '../store/books.ts';
import { inTimeRange, type TimeRange } from '../store/time-range.ts';
import { recordingParams } from './params.ts';

export interface RecordingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly callbacks: Callbacks;
  readonly books: TenantBooks;
  readonly meter: Meter;
  /** The folder of the sound. */
  readonly folder: string;
  /** Makes a file whole that a crash has left, and says what is in it. */
  readonly mend: MendRecording;
  /** `https://api.<domain>`, once the front door is open. */
  readonly publicOrigin: () => string;
}

export type MendRecording = (
  file: string,
) => Promise<Result<Pick<RecordingResult, 'durationMs' | 'bytes'>, unknown>>;

/** What is to be recorded, and why. */
export interface RecordingWish {
  readonly account: Account;
  readonly callSid: Sid;
  readonly conferenceSid?: Sid;
  readonly source: RecordingSource;
  /** By which <Stop> finds it. */
  readonly name?: string;
  readonly statusCallback: EventTarget<RecordingEvent> | null;
  readonly sound: Pick<RecordOptions, 'channels' | 'track' | 'trimSilence'> &
    Partial<Pick<RecordOptions, 'maxDurationMs' | 'silenceTimeoutMs' | 'finishOnDigits'>>;
}

/** A recording under way. */
export interface ActiveRecording {
  readonly sid: Sid;
  readonly callSid: Sid;
  readonly name: string;
  /** When its record has been closed. */
  readonly done: Promise<{ readonly recording: Recording; readonly result: RecordingResult }>;
  pause(behavior: 'skip' | 'silence'): void;
  resume(): void;
  stop(): void;
}

export interface RecordingFilter {
  readonly callSid?: Sid;
  readonly conferenceSid?: Sid;
  readonly created?: TimeRange;
}

/** No recording is longer than a call may be. */
const longestMs = 24 * 3_600_000;
/** Twilio keeps nothing shorter (16101). */
const shortestMs = 100;

/** Everything that is recorded: files, records, and what their applications are told. */
export class Recordings {
  private readonly deps: RecordingDeps;
  private readonly book: Book<Recording>;
  private readonly active = new Map<Sid, ActiveRecording>();
  private mending: Promise<unknown> = Promise.resolve();

  constructor(deps: RecordingDeps) {
    this.deps = deps;
    this.book = recordingBook(deps.store);
    mkdirSync(deps.folder, { recursive: true, mode: 0o750 });
  }

  /** Closes what an earlier run of the edge was recording, with what of it is on disk. */
  recover(): void {
    const cut = this.book.all(underWay);
    this.mending = (async () => {
      for (const { sid } of cut) await this.mend(sid);
    })();
  }

  /** Begins to record a leg or a conference. `failed`: there was no file to write, or the leg has gone. */
  async start(target: Leg | Room, wish: RecordingWish): Promise<Result<ActiveRecording, 'failed'>> {
    const { clock, newSid } = this.deps;
    const sid = newSid('RE');
    let recorder: Recorder;
    try {
      recorder = await target.record({
        maxDurationMs: longestMs,
        finishOnDigits: '',
        ...wish.sound,
        file: this.file(sid),
      });
    } catch {
      return fail('failed');
    }
    const nowMs = clock.now();
    const recording = this.book.put({
      sid,
      accountNo: wish.account.no,
      callSid: wish.callSid,
      conferenceSid: wish.conferenceSid ?? '',
      source: wish.source,
      channels: wish.sound.channels === 'dual' ? 2 : 1,
      track: wish.sound.track,
      status: 'in-progress',
      errorCode: 0,
      startedMs: nowMs,
      durationMs: 0,
      bytes: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      statusCallback: wish.statusCallback,
      nextSequence: 0,
      priceMicros: null,
    });
    this.tell(recording, 'in-progress');
    const active: ActiveRecording = {
      sid,
      callSid: wish.callSid,
      name: wish.name ?? '',
      pause: (behavior) => {
        recorder.pause(behavior);
        this.steered(sid, 'paused');
      },
      resume: () => {
        recorder.resume();
        this.steered(sid, 'in-progress');
      },
      stop: () => recorder.stop(),
      done: recorder.done.then((result) => {
        this.active.delete(sid);
        const last = this.book.get(sid);
        return { recording: last === undefined ? deleted(recording) : this.close(last, result), result };
      }),
    };
    this.active.set(sid, active);
    return ok(active);
  }

  /** Resolves when the records of those under way have been closed. */
  async idle(): Promise<void> {
    await Promise.all([this.mending, ...Array.from(this.active.values(), ({ done }) => done)]);
  }

  get(sid: Sid): Recording | undefined {
    return this.book.get(sid);
  }

  list(accountNo: number, filter: RecordingFilter, page: PageQuery<Sid>): Page<Recording, Sid> {
    const { callSid, conferenceSid, created } = filter;
    const facet =
      callSid !== undefined
        ? narrowed(accountNo, 'call', callSid)
        : conferenceSid !== undefined
          ? narrowed(accountNo, 'conference', conferenceSid)
          : ofAccount(accountNo);
    return this.book.list(facet, page, ({ sid }) => inTimeRange(sidTimeMs(sid), created));
  }

  /** The recording under way with this SID; of a call, `Twilio.CURRENT` is its latest. */
  underWay(sid: Sid, callSid?: Sid): ActiveRecording | undefined {
    if (sid !== 'Twilio.CURRENT') return this.active.get(sid);
    return callSid === undefined ? undefined : this.ofCall(callSid).at(-1);
  }

  /** What is being recorded of a call, in the order of beginning. */
  ofCall(callSid: Sid): readonly ActiveRecording[] {
    return Array.from(this.active.values()).filter((active) => active.callSid === callSid);
  }

  /** Where its sound lies, as WAV. */
  file(sid: Sid): string {
    return join(this.deps.folder, `${sid}.wav`);
  }

  /** Removes a recording, its sound and what was made of it, for good. */
  async remove(recording: Recording): Promise<void> {
    this.active.get(recording.sid)?.stop();
    this.book.remove(recording);
    await this.deps.store.durable();
    for (const extension of ['wav', 'mp3'])
      rmSync(join(this.deps.folder, `${recording.sid}.${extension}`), { force: true });
  }

  /** Parameters about a recording in a request of its call: RecordingUrl and its companions. */
  paramsOf({ sid, durationMs }: Recording, accountSid: Sid): readonly Param[] {
    const url = `${this.deps.publicOrigin()}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;
    return [
      ['RecordingUrl', url],
      ['RecordingSid', sid],
      ['RecordingDuration', String(Math.ceil(durationMs / 1000))],
    ];
  }

  private async mend(sid: Sid): Promise<void> {
    const mended = await this.deps.mend(this.file(sid));
    // It may have been deleted meanwhile.
    const recording = this.book.get(sid);
    if (recording === undefined) return;
    const nothing = { why: 'failed', durationMs: 0, bytes: 0 } as const;
    this.close(recording, mended.ok ? { why: 'stopped', ...mended.value } : nothing);
  }

  private close(recording: Recording, { why, durationMs, bytes }: RecordingResult): Recording {
    if (isOver(recording.status)) return recording;
    const absent = why === 'failed' || durationMs < shortestMs;
    const nowMs = this.deps.clock.now();
    const closed = this.book.put({
      ...recording,
      status: absent ? 'absent' : 'completed',
      errorCode: why === 'failed' ? 12400 : absent ? 16101 : 0,
      durationMs,
      bytes,
      updatedMs: nowMs,
      priceMicros: absent ? null : this.charge(recording, durationMs, nowMs),
    });
    return this.tell(closed, absent ? 'absent' : 'completed');
  }

  /** What it costs, spent with what the caller puts in the same stretch of code. */
  private charge({ sid, accountNo, conferenceSid }: Recording, durationMs: number, atMs: number) {
    const { books, meter } = this.deps;
    const account = books.accountByNo(accountNo);
    if (account === undefined) return null;
    const category = conferenceSid === '' ? 'calls-recordings' : 'recordings';
    return chargeMinutes(meter, account, { sid, unit: 'recording_minute', category, durationMs, atMs });
  }

  /** One that is over stays so. */
  private steered(sid: Sid, status: 'paused' | 'in-progress'): void {
    if (this.active.has(sid)) this.book.change(sid, { status, updatedMs: this.deps.clock.now() });
  }

  private tell(recording: Recording, event: RecordingEvent): Recording {
    const { statusCallback: target, sid, nextSequence, accountNo } = recording;
    if (target?.events.includes(event) !== true) return recording;
    const account = this.deps.books.accountByNo(accountNo);
    if (account === undefined) return recording;
    const params = recordingParams(recording, event, account.sid, this.deps.publicOrigin());
    this.deps.callbacks.leave(sid, nextSequence, {
      accountNo,
      url: target.url,
      method: target.method,
      params,
    });
    return this.book.put({ ...recording, nextSequence: nextSequence + 1 });
  }
}

/** One that was removed while it went on: it is written no more, and costs nothing. */
const deleted = (recording: Recording): Recording => ({ ...recording, status: 'deleted' });
