import type { Account } from '../../../control/accounts/account.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Sid } from '../../../control/base/sid.ts';
import type { ConferenceNoun } from '../../twiml/nouns/conference.ts';
import { isFinal, type Call } from '../call.ts';
import type { Participant } from '../conference.ts';
import type { LiveCalls } from '../live/live-calls.ts';
import type { NewCall, Refusal } from '../outbound/new-call.ts';
import type { Documents } from '../program/documents.ts';
import { documentAt } from '../program/source.ts';
import type { HttpMethod } from '../call.ts';
import type { Speaker } from '../speaker.ts';
import type { ConferenceRoom } from './conference-room.ts';
import type { Conferences } from './conferences.ts';
import { playablesOf } from './announcement.ts';
import type { Seat } from './seat.ts';

export interface ParticipantDeps {
  readonly conferences: Conferences;
  readonly calls: LiveCalls;
  readonly documents: Documents;
  readonly speaker: Speaker;
  readonly create: (wish: NewCall) => Promise<Result<Call, Refusal>>;
}

/** A URL of TwiML that a participant or a conference hears. */
export interface Hearing {
  readonly url: string;
  readonly method: HttpMethod;
}

/** What the API changes in a participant; what is not named stays. */
export interface ParticipantChange {
  readonly muted?: boolean;
  /** With a URL of its own, or our music. */
  readonly hold?: { readonly on: boolean; readonly hearing: Hearing | null };
  readonly announce?: Hearing;
  readonly endConferenceOnExit?: boolean;
  /** The SID of the call to be coached, '' to end it. */
  readonly coach?: Sid;
}

/** Who is being dialled into a conference. */
interface Invited {
  readonly room: ConferenceRoom;
  readonly participant: Participant;
}

/** A conference's participants as the REST API manages them. */
export class Participants {
  private readonly deps: ParticipantDeps;
  private readonly invited = new Map<Sid, Invited>();

  constructor(deps: ParticipantDeps) {
    this.deps = deps;
  }

  /** Dials somebody and takes them into the conference of this name, which is made if there is none. */
  async add(
    account: Account,
    noun: ConferenceNoun,
    wish: Omit<NewCall, 'account' | 'twiml'>,
  ): Promise<Result<Participant, Refusal>> {
    const { conferences, create } = this.deps;
    const room = await conferences.open(account, noun.name);
    const party = {};
    room.expect(party);
    const dial = {
      kind: 'dial',
      target: noun,
      method: 'POST',
      timeoutMs: wish.timeoutMs,
      timeLimitMs: wish.timeLimitMs,
      hangupOnStar: false,
      answerOnBridge: false,
      sequential: false,
      record: { kind: 'no' },
      referMethod: 'POST',
      line: 0,
    } as const;
    const made = await create({ ...wish, account, twiml: { kind: 'verbs', verbs: [dial] } });
    if (!made.ok) {
      room.giveUp(party);
      return made;
    }
    const call = made.value;
    room.expect(call.sid);
    room.giveUp(party);
    const participant: Participant = {
      callSid: call.sid,
      conferenceSid: room.sid,
      accountNo: account.no,
      label: noun.participantLabel ?? '',
      muted: noun.muted,
      hold: false,
      coaching: noun.coach !== undefined,
      callSidToCoach: noun.coach ?? '',
      startConferenceOnEnter: noun.startConferenceOnEnter,
      endConferenceOnExit: noun.endConferenceOnExit,
      status: 'queued',
      queueTimeMs: 0,
      createdMs: call.createdMs,
      updatedMs: call.createdMs,
    };
    this.invited.set(call.sid, { room, participant });
    return ok(participant);
  }

  /** To be told of every change of a call: one that was dialled for a conference has come nearer, or will not come. */
  callChanged({ sid, status }: Call): void {
    const invited = this.invited.get(sid);
    if (invited === undefined) return;
    if (isFinal(status)) {
      this.invited.delete(sid);
      invited.room.giveUp(sid);
    } else if (status === 'ringing') {
      this.invited.set(sid, { ...invited, participant: { ...invited.participant, status: 'ringing' } });
    }
  }

  /** Everybody, in the order of coming; those who are dialled last. */
  list(room: ConferenceRoom): readonly Participant[] {
    const dialled = Array.from(this.invited.values())
      .filter(({ room: of, participant }) => of === room && room.seat(participant.callSid) === undefined)
      .map(({ participant }) => participant);
    return [...room.all().map(({ state }) => state), ...dialled];
  }

  /** By the SID of the call, or the label. */
  get(room: ConferenceRoom, name: string): Participant | undefined {
    return this.list(room).find(({ callSid, label }) => callSid === name || (label !== '' && label === name));
  }

  /** Changes somebody who is there; undefined if nobody of this name is. */
  update(
    room: ConferenceRoom,
    name: string,
    change: ParticipantChange,
  ): Result<Participant, Refusal> | undefined {
    const seat = room.seat(name);
    if (seat === undefined) return undefined;
    if (change.coach !== undefined && change.coach !== '') {
      const coached = room.seat(change.coach);
      if (coached === undefined)
        return fail({ code: 16028, detail: 'The participant to be coached is not in the conference.' });
      if (coached.state.hold)
        return fail({ code: 16027, detail: 'The participant to be coached is on hold.' });
      room.coach(seat, coached);
    } else if (change.coach === '') room.coach(seat, undefined);
    if (change.muted !== undefined) room.mute(seat, change.muted);
    if (change.endConferenceOnExit !== undefined)
      room.modify(seat, { endConferenceOnExit: change.endConferenceOnExit });
    if (change.hold !== undefined) hold(room, seat, change.hold);
    if (change.announce !== undefined) {
      const { url, method } = change.announce;
      seat.become({ kind: 'apart', source: documentAt(url, method), once: true });
    }
    return ok(seat.state);
  }

  /** Puts somebody out, or takes back the call to somebody who is being dialled; false if nobody of this name is there. */
  remove(room: ConferenceRoom, name: string): boolean {
    const seat = room.seat(name);
    if (seat !== undefined) {
      room.leave(seat, true);
      return true;
    }
    const participant = this.get(room, name);
    if (participant === undefined) return false;
    this.deps.calls.get(participant.callSid)?.hangUp({ status: 'canceled', errorCode: 0, sipCode: 487 });
    return true;
  }

  /** Plays a document to everyone; its failure is told to the conference's application. */
  async announce(room: ConferenceRoom, { url, method }: Hearing): Promise<void> {
    const [somebody] = room.all();
    if (somebody === undefined) return;
    const { documents, speaker } = this.deps;
    const params = [['ConferenceSid', room.sid]] as const;
    const noFallback = { url: '', method: 'POST' } as const;
    const document = await documents.fetch(somebody.live, documentAt(url, method, params), [], noFallback);
    await room.announce(
      document.ok ? await playablesOf(document.value, somebody.live.account.sid, speaker) : [],
    );
  }
}

function hold(
  room: ConferenceRoom,
  seat: Seat,
  { on, hearing }: NonNullable<ParticipantChange['hold']>,
): void {
  seat.holdSource = hearing === null ? 'music' : documentAt(hearing.url, hearing.method);
  room.hold(seat, on);
  room.resume(seat);
}
