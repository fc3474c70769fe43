import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Playable, Room, Tap } from '../../../media/media.ts';
import type { Callbacks } from '../../webhook/callbacks.ts';
import type { Conference, ConferenceEndReason, ConferenceEvent, Participant } from '../conference.ts';
import type { EventTarget } from '../call.ts';
import { quietly } from '../deferred.ts';
import type { Params } from '../params.ts';
import type { ActiveRecording, Recordings } from '../recordings/recordings.ts';
import type { Book } from '../store/book.ts';
import { conferenceEvents, conferenceParams, type ToldEvent } from './params.ts';
import { begins, beepsOnEnter, beepsOnExit, endsBy, reasonText } from './rules.ts';
import type { Seat } from './seat.ts';
import type { Stays } from './stays.ts';

export interface RoomDeps {
  readonly book: Book<Conference>;
  readonly callbacks: Callbacks;
  readonly recordings: Recordings;
  readonly stays: Stays;
  readonly clock: Clock;
  /** The conference is over. */
  readonly over: (room: ConferenceRoom) => void;
}

const beepMs = 200;

/** A conference that goes on: who is in it, who hears whom, and what its application is told. */
export class ConferenceRoom {
  readonly sid: string;
  readonly account: Account;
  readonly room: Room;
  private readonly deps: RoomDeps;
  private readonly seats = new Map<string, Seat>();
  private readonly taps = new Map<string, Promise<Tap>>();
  private begun = false;
  private closed = false;
  /** The calls of those who are being dialled and will join, by SID; something else before they have one. */
  private readonly expected = new Set<unknown>();

  constructor(conference: Conference, account: Account, room: Room, deps: RoomDeps) {
    this.sid = conference.sid;
    this.account = account;
    this.room = room;
    this.deps = deps;
  }

  get conference(): Conference {
    const conference = this.deps.book.get(this.sid);
    if (conference === undefined) throw new Error(`conference ${this.sid} has no record`);
    return conference;
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  get isOver(): boolean {
    return this.closed;
  }

  all(): readonly Seat[] {
    return Array.from(this.seats.values());
  }

  /** By the SID of the call, or the participant's label. */
  seat(name: string): Seat | undefined {
    return this.seats.get(name) ?? this.all().find(({ state }) => state.label !== '' && state.label === name);
  }

  /** Takes a participant in, or says with Twilio's code why not. */
  admit(seat: Seat): Result<void, number> {
    const { noun, state } = seat;
    if (this.seats.size >= noun.maxParticipants) return fail(16020);
    if (state.label !== '' && this.seat(state.label) !== undefined) return fail(16025);
    if (noun.coach !== undefined && this.seats.get(noun.coach) === undefined) return fail(16028);
    this.adopt(noun.statusCallback);
    this.expected.delete(state.callSid);
    this.seats.set(state.callSid, seat);
    seat.stay = this.deps.stays.begin(this.account.no, this.sid, state.callSid);
    seat.state = { ...state, status: 'connected' };
    this.tell('participant-join', seat.state);
    if (!this.begun && begins(this.all().map((each) => each.state))) this.begin(noun);
    else if (this.begun) seat.become({ kind: 'talking' });
    return ok(undefined);
  }

  /** The participant's sound joins the others', if the conference has begun. */
  async enter(seat: Seat): Promise<void> {
    if (seat.inside || this.closed || !this.begun) return;
    seat.inside = true;
    const { muted, hold, callSidToCoach } = seat.state;
    await this.room.join(seat.leg, { muted, held: hold });
    const coached = callSidToCoach === '' ? undefined : this.seats.get(callSidToCoach);
    if (coached !== undefined) this.room.coach(seat.leg, coached.leg);
    // A coach may be inside before the coached is.
    for (const coach of this.all())
      if (coach.inside && coach.state.callSidToCoach === seat.state.callSid)
        this.room.coach(coach.leg, seat.leg);
    if (beepsOnEnter(seat.noun.beep)) this.beep('enter-beep');
  }

  /** A participant has gone, or is put out. */
  leave(seat: Seat, kicked: boolean): void {
    if (!this.seats.delete(seat.state.callSid)) return;
    this.deps.stays.end(seat.stay);
    seat.become({ kind: 'out', kicked });
    quietly(this.taps.get(seat.state.callSid)?.then((tap) => tap.close()));
    this.taps.delete(seat.state.callSid);
    if (seat.inside) quietly(this.room.leave(seat.leg));
    seat.state = { ...seat.state, status: 'complete' };
    this.tell('participant-leave', seat.state);
    const reason = endsBy(seat.state, kicked, this.seats.size);
    // Somebody who is being dialled in keeps an empty conference waiting.
    if (reason !== undefined && (this.seats.size > 0 || this.expected.size === 0))
      this.end(reason, seat.state.callSid);
    else if (seat.inside && beepsOnExit(seat.noun.beep)) this.beep('exit-beep');
    seat.inside = false;
  }

  mute(seat: Seat, muted: boolean): void {
    if (seat.state.muted === muted) return;
    this.update(seat, { muted });
    if (seat.inside) this.room.mute(seat.leg, muted);
    this.tell(muted ? 'participant-mute' : 'participant-unmute', seat.state);
  }

  /** Whoever is held hears what its seat says (`apart`); see `Seat`. */
  hold(seat: Seat, hold: boolean): void {
    if (seat.state.hold === hold) return;
    this.update(seat, { hold });
    if (seat.inside) this.room.hold(seat.leg, hold);
    this.tell(hold ? 'participant-hold' : 'participant-unhold', seat.state);
  }

  /** `coached` undefined ends it. */
  coach(seat: Seat, coached: Seat | undefined): void {
    this.update(seat, { coaching: coached !== undefined, callSidToCoach: coached?.state.callSid ?? '' });
    if (seat.inside) this.room.coach(seat.leg, coached?.leg);
    this.tell('participant-modify', seat.state);
  }

  modify(seat: Seat, change: Pick<Partial<Participant>, 'endConferenceOnExit'>): void {
    this.update(seat, change);
    this.tell('participant-modify', seat.state);
  }

  /** Plays something to everyone. */
  async announce(items: readonly Playable[]): Promise<void> {
    const end = items.length === 0 ? 'unreadable' : await this.room.play(items).done;
    this.announced(end === 'ended' || end === 'stopped');
  }

  /** An announcement has been heard, by everyone or one participant, or could not be. */
  announced(heard: boolean, seat?: Seat): void {
    this.tell(heard ? 'announcement-end' : 'announcement-fail', seat?.state);
  }

  /** What somebody does now who has been put on hold or taken off it, or has heard an announcement. */
  resume(seat: Seat): void {
    if (seat.state.hold) seat.become({ kind: 'apart', source: seat.holdSource, once: false });
    else seat.become({ kind: this.begun ? 'talking' : 'waiting' });
  }

  async record(wish: {
    readonly trimSilence: boolean;
    readonly source: 'Conference' | 'StartConferenceRecordingAPI';
    readonly callSid: string;
    readonly statusCallback: ConferenceRecordingTarget;
  }): Promise<ActiveRecording | undefined> {
    const started = await this.deps.recordings.start(this.room, {
      account: this.account,
      callSid: wish.callSid,
      conferenceSid: this.sid,
      source: wish.source,
      statusCallback: wish.statusCallback,
      sound: { channels: 'mono', track: 'both', trimSilence: wish.trimSilence },
    });
    return started.ok ? started.value : undefined;
  }

  /** Ends it for everyone. */
  end(reason: ConferenceEndReason, callSid = ''): void {
    if (this.closed) return;
    this.closed = true;
    for (const seat of this.all()) {
      this.seats.delete(seat.state.callSid);
      this.deps.stays.end(seat.stay);
      seat.become({ kind: 'out', kicked: false });
      seat.inside = false;
      seat.state = { ...seat.state, status: 'complete' };
      this.tell('participant-leave', seat.state);
    }
    for (const tap of this.taps.values()) quietly(tap.then((each) => each.close()));
    this.deps.book.change(this.sid, {
      status: 'completed',
      endReason: reason,
      endedByCallSid: callSid,
      updatedMs: this.deps.clock.now(),
    });
    this.tell('conference-end', undefined, [
      ['ReasonConferenceEnded', reason],
      ['Reason', reasonText(reason, callSid)],
      ...(callSid === '' ? [] : [['CallSidEndingConference', callSid] as const]),
    ]);
    quietly(this.room.close());
    this.deps.over(this);
  }

  /** Somebody will come: an empty conference waits. */
  expect(party: unknown): void {
    this.expected.add(party);
  }

  /** Somebody will not come after all. */
  giveUp(party: unknown): void {
    if (this.expected.delete(party) && !this.closed) this.endIfEmpty();
  }

  /** Nobody is here, and nobody is being dialled. */
  endIfEmpty(): void {
    if (this.seats.size === 0 && this.expected.size === 0) this.end('last-participant-left');
  }

  private begin(noun: Seat['noun']): void {
    this.begun = true;
    this.deps.book.change(this.sid, { status: 'in-progress', updatedMs: this.deps.clock.now() });
    this.tell('conference-start');
    for (const seat of this.all()) {
      if (seat.mode.kind === 'waiting') seat.become({ kind: 'talking' });
    }
    const recorder = this.all().find((each) => each.noun.record) ?? (noun.record ? this.all()[0] : undefined);
    if (recorder === undefined) return;
    const { trimSilence, recordingStatusCallback } = recorder.noun;
    void this.record({
      trimSilence,
      source: 'Conference',
      callSid: recorder.state.callSid,
      statusCallback: recordingStatusCallback ?? null,
    });
  }

  private beep(tone: 'enter-beep' | 'exit-beep'): void {
    this.room.play([{ kind: 'tone', tone, durationMs: beepMs }]);
  }

  private update(seat: Seat, change: Partial<Participant>): void {
    seat.state = { ...seat.state, ...change, updatedMs: this.deps.clock.now() };
  }

  /** The first who names a callback names it for the conference. */
  private adopt(target: EventTarget<ConferenceEvent> | undefined): void {
    if (target === undefined || this.conference.statusCallback !== null) return;
    this.deps.book.change(this.sid, { statusCallback: target });
  }

  /** Tells of who speaks, where the application wants to know. */
  watchSpeech(seat: Seat): void {
    if (this.conference.statusCallback?.events.includes('speaker') !== true) return;
    const tap = seat.leg.watchSpeech(({ kind }) => {
      if (!this.seats.has(seat.state.callSid)) return;
      this.tell(kind === 'speech' ? 'participant-speech-start' : 'participant-speech-stop', seat.state);
    });
    quietly(tap);
    this.taps.set(seat.state.callSid, tap);
  }

  private tell(event: ToldEvent, participant?: Participant, extra: Params = []): void {
    const { conference } = this;
    const target = conference.statusCallback;
    if (target?.events.includes(conferenceEvents[event]) !== true) return;
    const { url, method } = target;
    const params = conferenceParams(
      conference,
      this.account.sid,
      event,
      this.deps.clock.now(),
      participant,
      extra,
    );
    this.deps.callbacks.leave(this.sid, conference.nextSequence, {
      accountNo: this.account.no,
      url,
      method,
      params,
    });
    this.deps.book.change(this.sid, { nextSequence: conference.nextSequence + 1 });
  }
}

type ConferenceRecordingTarget = Parameters<Recordings['start']>[1]['statusCallback'];
