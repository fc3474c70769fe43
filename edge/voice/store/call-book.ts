import type { Clock } from '../../../control/base/clock.ts';
import { isSid, sidBytes, sidTimeMs, type Sid } from '../../../control/base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table } from '../../../control/store/table.ts';
import { isFinal, restStatus, type Call, type CallStatus } from '../call.ts';
import type { LegSample } from '../../../media/quality/course.ts';
import type { CallReport } from '../report.ts';
import { callSampleTable } from './samples.ts';
import { callDialogTable, callReportTable, callTable, liveCallTable } from './tables.ts';
import { before as beforeTime, type TimeRange, inTimeRange } from './time-range.ts';

/** What a list of calls is narrowed by; addresses are normalised. */
export interface CallFilter {
  readonly to?: string;
  readonly from?: string;
  readonly status?: Exclude<CallStatus, 'initiated'>;
  readonly parentSid?: Sid;
  /** Of `startedMs` and `endedMs`, in Unix seconds, inclusive. A call that has not come so far matches none. */
  readonly started?: TimeRange;
  readonly ended?: TimeRange;
  /** What else the call must be like. */
  readonly where?: (call: Call) => boolean;
}

/** What may change in a call after it exists. */
export type CallChange = Partial<
  Omit<Call, 'sid' | 'accountNo' | 'direction' | 'from' | 'to' | 'createdMs' | 'updatedMs' | 'parentSid'>
>;

/** Told of every change, when it is written. */
export type CallWatcher = (call: Call, before: CallStatus | undefined) => void;

/** A call that rings more endpoints than this, by one trunk after the other, keeps the Call-IDs of the first ones. */
const dialogsMax = 64;
/** Peers choose their Call-IDs as long as they like. */
const callIdMaxLength = 256;

/** A call starts at most this long after it was made: 86,400 calls wait a day at one a second. */
const startSlackMs = 2 * 86_400_000;

/** Where calls are written, with their places in the lists; whoever acknowledges awaits the store. */
export class CallBook {
  private readonly rows: Table<Sid, Call>;
  private readonly live: Table<Buffer, null>;
  private readonly dialogs: Table<Sid, readonly string[]>;
  private readonly reports: Table<Sid, CallReport>;
  private readonly samples: Table<Sid, readonly LegSample[]>;
  private readonly index: FacetIndex;
  private readonly clock: Clock;
  private readonly watch: CallWatcher;

  constructor(store: Store, clock: Clock, watch: CallWatcher = () => undefined) {
    this.rows = store.table(callTable);
    this.live = store.table(liveCallTable);
    this.dialogs = store.table(callDialogTable);
    this.reports = store.table(callReportTable);
    this.samples = store.table(callSampleTable);
    this.index = new FacetIndex(store, 'calls-index', { unhurried: true });
    this.clock = clock;
    this.watch = watch;
  }

  get(sid: Sid): Call | undefined {
    return isSid(sid, 'CA') ? this.rows.get(sid) : undefined;
  }

  create(call: Call): Call {
    this.rows.put(call.sid, call);
    if (!isFinal(call.status)) this.live.put(sidBytes(call.sid), null);
    this.index.move([], facetsOf(call), sidBytes(call.sid));
    this.watch(call, undefined);
    return call;
  }

  /** Changes the call as it is now; undefined once it has been deleted. A final status is never taken back. */
  change(sid: Sid, change: CallChange): Call | undefined {
    const before = this.rows.get(sid);
    if (before === undefined) return undefined;
    const { status, ...rest } = change;
    const moved = status !== undefined && !isFinal(before.status) ? { status } : {};
    const after: Call = { ...before, ...rest, ...moved, updatedMs: this.clock.now() };
    this.rows.put(sid, after);
    if (after.status === before.status) return after;
    if (isFinal(after.status)) this.live.remove(sidBytes(sid));
    // Of its places in lists only this one changes after a call was made.
    this.index.move([statusFacet(before)], [statusFacet(after)], sidBytes(sid));
    this.watch(after, before.status);
    return after;
  }

  /** An INVITE of this call has this Call-ID. */
  noteDialog(sid: Sid, callId: string): void {
    const known = this.dialogs.get(sid) ?? [];
    const kept = callId.slice(0, callIdMaxLength);
    if (kept === '' || known.length >= dialogsMax || known.includes(kept)) return;
    this.dialogs.put(sid, [...known, kept]);
  }

  /** The Call-IDs of its INVITEs, the first one first; none of a call from before they were kept. */
  dialogsOf(sid: Sid): readonly string[] {
    return isSid(sid, 'CA') ? (this.dialogs.get(sid) ?? []) : [];
  }

  /** Keeps what is known of a call that is over; the call, undefined once it has been deleted. */
  report(sid: Sid, report: CallReport, samples: readonly LegSample[] = []): Call | undefined {
    const call = this.rows.get(sid);
    if (call === undefined) return undefined;
    this.reports.put(sid, report);
    if (samples.length > 0) this.samples.put(sid, samples);
    return call;
  }

  /** Undefined of a call that goes on, that never rang, or from before reports were kept. */
  reportOf(sid: Sid): CallReport | undefined {
    return isSid(sid, 'CA') ? this.reports.get(sid) : undefined;
  }

  /** How its sound came to what its report says, oldest first; none of a short call. */
  samplesOf(sid: Sid): readonly LegSample[] {
    return isSid(sid, 'CA') ? (this.samples.get(sid) ?? []) : [];
  }

  remove(call: Call): void {
    this.rows.remove(call.sid);
    this.reports.remove(call.sid);
    this.samples.remove(call.sid);
    this.dialogs.remove(call.sid);
    this.live.remove(sidBytes(call.sid));
    this.index.move(facetsOf(call), [], sidBytes(call.sid));
  }

  /** Calls that had not ended when the edge was last seen, oldest first. */
  *unfinished(): Iterable<Call> {
    for (const id of this.live.keys()) {
      const call = this.rows.get(`CA${id.toString('hex')}`);
      if (call !== undefined && !isFinal(call.status)) yield call;
    }
  }

  /** One page of an account's calls, newest first. */
  list(accountNo: number, filter: CallFilter, page: PageQuery<Sid>): Page<Call, Sid> {
    const until = filter.started?.untilSecond ?? filter.ended?.untilSecond;
    const query =
      until === undefined || page.after !== undefined || page.before !== undefined
        ? page
        : { ...page, after: beforeTime('CA', (until + 1) * 1000) };
    const found = this.index.newestSids(facetFor(accountNo, filter), 'CA', query, (sid) => {
      const call = this.rows.get(sid);
      return call !== undefined && matches(call, accountNo, filter) ? call : undefined;
    });
    const since = filter.started?.sinceSecond ?? filter.ended?.sinceSecond;
    // Beyond this place no call is old enough to have started in the range.
    const exhausted =
      since !== undefined &&
      page.before === undefined &&
      found.next !== null &&
      sidTimeMs(found.next) < since * 1000 - startSlackMs;
    return exhausted ? { rows: found.rows, next: null } : found;
  }
}

const facetOf = (accountNo: number, kind: string, value: string): Facet => [String(accountNo), kind, value];

const statusFacet = ({ accountNo, status }: Call): Facet => facetOf(accountNo, 'status', restStatus(status));

function facetsOf(call: Call): readonly Facet[] {
  const { accountNo } = call;
  return [
    facetOf(accountNo, 'all', ''),
    facetOf(accountNo, 'to', call.to),
    facetOf(accountNo, 'from', call.from),
    statusFacet(call),
    ...(call.parentSid === '' ? [] : [facetOf(accountNo, 'parent', call.parentSid)]),
  ];
}

/** The shortest list that holds every call of the filter, as far as one can tell. */
function facetFor(accountNo: number, { parentSid, to, from, status }: CallFilter): Facet {
  if (parentSid !== undefined) return facetOf(accountNo, 'parent', parentSid);
  if (to !== undefined) return facetOf(accountNo, 'to', to);
  if (from !== undefined) return facetOf(accountNo, 'from', from);
  if (status !== undefined) return facetOf(accountNo, 'status', status);
  return facetOf(accountNo, 'all', '');
}

const matches = (call: Call, accountNo: number, filter: CallFilter): boolean =>
  call.accountNo === accountNo &&
  (filter.parentSid === undefined || call.parentSid === filter.parentSid) &&
  (filter.to === undefined || call.to === filter.to) &&
  (filter.from === undefined || call.from === filter.from) &&
  (filter.status === undefined || restStatus(call.status) === filter.status) &&
  inTimeRange(call.startedMs, filter.started) &&
  inTimeRange(call.endedMs, filter.ended) &&
  (filter.where?.(call) ?? true);
