import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { sidTimeMs, type Sid, type SidFactory } from '../../../control/base/sid.ts';
import type { Page, PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Leg, Media } from '../../../media/media.ts';
import type { ConferenceNoun } from '../../twiml/nouns/conference.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { Conference, ConferenceStatus } from '../conference.ts';
import type { LiveCall } from '../live/live-call.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { Book } from '../store/book.ts';
import { conferenceBook, narrowed, ofAccount, underWay } from '../store/books.ts';
import { inTimeRange, type TimeRange } from '../store/time-range.ts';
import { ConferenceRoom } from './conference-room.ts';
import { Seat } from './seat.ts';
import type { Stays } from './stays.ts';

export interface ConferenceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly media: Media;
  readonly callbacks: Callbacks;
  readonly recordings: Recordings;
  readonly stays: Stays;
}

export interface ConferenceFilter {
  readonly friendlyName?: string;
  readonly status?: ConferenceStatus;
  readonly created?: TimeRange;
  readonly updated?: TimeRange;
}

/** The conferences of the node: those that go on, by account and name, and the records of all. */
export class Conferences {
  private readonly deps: ConferenceDeps;
  private readonly book: Book<Conference>;
  private readonly rooms = new Map<Sid, ConferenceRoom>();
  /** By account and name; a promise, so that two who come at once meet in one room. */
  private readonly byName = new Map<string, Promise<ConferenceRoom>>();

  constructor(deps: ConferenceDeps) {
    this.deps = deps;
    this.book = conferenceBook(deps.store);
  }

  /** Ends the records of conferences that an earlier run of the edge left. */
  recover(): void {
    this.deps.stays.recover();
    for (const conference of this.book.all(underWay)) {
      this.book.put({
        ...conference,
        status: 'completed',
        endReason: 'last-participant-left',
        updatedMs: this.deps.clock.now(),
      });
    }
  }

  get(sid: Sid): Conference | undefined {
    return this.book.get(sid);
  }

  list(accountNo: number, filter: ConferenceFilter, page: PageQuery<Sid>): Page<Conference, Sid> {
    const { friendlyName, status, created, updated } = filter;
    const facet =
      friendlyName !== undefined
        ? narrowed(accountNo, 'name', friendlyName)
        : status !== undefined
          ? narrowed(accountNo, 'status', status)
          : ofAccount(accountNo);
    return this.book.list(
      facet,
      page,
      (row) =>
        (status === undefined || row.status === status) &&
        inTimeRange(sidTimeMs(row.sid), created) &&
        inTimeRange(row.updatedMs, updated),
    );
  }

  /** One that goes on. */
  room(sid: Sid): ConferenceRoom | undefined {
    return this.rooms.get(sid);
  }

  /** The conference of this name that goes on, made if there is none. */
  open(account: Account, friendlyName: string): Promise<ConferenceRoom> {
    const key = `${account.no} ${friendlyName}`;
    const known = this.byName.get(key);
    if (known !== undefined) return known;
    const opening = this.make(account, friendlyName, key);
    this.byName.set(key, opening);
    opening.catch(() => this.byName.delete(key));
    return opening;
  }

  /** A call takes part in the conference of this name, or Twilio's code says why not. */
  async join(
    live: LiveCall,
    leg: Leg,
    noun: ConferenceNoun,
  ): Promise<Result<{ readonly room: ConferenceRoom; readonly seat: Seat }, number>> {
    let room = await this.open(live.account, noun.name);
    // It may have ended while it was waited for.
    while (room.isOver) room = await this.open(live.account, noun.name);
    const nowMs = this.deps.clock.now();
    const seat = new Seat(live, leg, noun, {
      callSid: live.sid,
      conferenceSid: room.sid,
      accountNo: live.account.no,
      label: noun.participantLabel ?? '',
      muted: noun.muted,
      hold: false,
      coaching: noun.coach !== undefined,
      callSidToCoach: noun.coach ?? '',
      startConferenceOnEnter: noun.startConferenceOnEnter,
      endConferenceOnExit: noun.endConferenceOnExit,
      status: 'connecting',
      queueTimeMs: live.call.queueTimeMs,
      createdMs: nowMs,
      updatedMs: nowMs,
    });
    const admitted = room.admit(seat);
    if (!admitted.ok) room.endIfEmpty();
    return admitted.ok ? ok({ room, seat }) : fail(admitted.error);
  }

  private async make(account: Account, friendlyName: string, key: string): Promise<ConferenceRoom> {
    const { clock, newSid, media, callbacks, recordings, stays } = this.deps;
    const sound = await media.openRoom();
    const nowMs = clock.now();
    const conference = this.book.put({
      sid: newSid('CF'),
      accountNo: account.no,
      friendlyName,
      status: 'init',
      endReason: '',
      endedByCallSid: '',
      createdMs: nowMs,
      updatedMs: nowMs,
      statusCallback: null,
      nextSequence: 0,
    });
    const room = new ConferenceRoom(conference, account, sound, {
      book: this.book,
      callbacks,
      recordings,
      stays,
      clock,
      over: ({ sid }) => {
        this.rooms.delete(sid);
        this.byName.delete(key);
      },
    });
    this.rooms.set(room.sid, room);
    return room;
  }
}
