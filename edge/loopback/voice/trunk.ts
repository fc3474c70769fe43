import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../control/base/clock.ts';
import { systemRandom, type Random } from '../../../control/base/random.ts';
import type { Playable } from '../../../media/media.ts';
import { openMedia } from '../../../media/open.ts';
import type { CallBehaviour, Manners } from './behaviour.ts';
import { CalledPhone } from './called-phone.ts';
import { CallingPhone, type CallEnd } from './calling-phone.ts';
import { statuses, type Desk, type Report } from './desk.ts';
import { zeroTrunkCounts, type CallEvent, type CallNews, type TrunkCounts } from './events.ts';
import { Line, type Invitation } from './line.ts';
import { ReturnedCall } from './returned-call.ts';
import { defaultTrunkSettings, type TrunkSettings } from './settings.ts';
import { PhoneSounds } from './sounds.ts';

export interface TrunkSurroundings {
  readonly clock: Clock;
  readonly random: Random;
}

/** What a caller does, where it differs from what phones do. */
export interface CallerManners extends Partial<Manners> {
  /** A WAV file for what the phone hears; its folder exists. */
  readonly recordTo?: string;
}

/** A call that a phone has placed. */
export interface PlacedCall {
  readonly call: number;
  readonly end: Promise<CallEnd>;
  /** Nothing before the answer. */
  press(digits: string): void;
  hangUp(): void;
}

/** A call that can be ended. */
type Ending = CalledPhone | CallingPhone | ReturnedCall;

/** BYEs that nobody answers are not waited for longer. */
const farewellMs = 1_000;

/** The SIP trunk of a carrier that is not there: real SIP, real RTP, and the phones behind it. */
export class LoopbackTrunk {
  private readonly settings: TrunkSettings;
  private readonly desk: Desk;
  private readonly sounds: PhoneSounds;
  private readonly counted = zeroTrunkCounts();
  private readonly listeners = new Set<(event: CallEvent) => void>();
  private readonly phones = new Map<Ending, Promise<unknown>>();
  private behaviour: CallBehaviour;
  private says: readonly Playable[] = [];
  private lastCall = 0;

  private constructor(settings: TrunkSettings, desk: Desk, sounds: PhoneSounds) {
    this.settings = settings;
    this.desk = desk;
    this.sounds = sounds;
    this.behaviour = settings.behaviour;
    desk.line.serve((invitation) => this.receive(invitation));
  }

  /** Rejects where it cannot listen, has no media worker, or cannot play what phones shall say; says why. */
  static async open(
    change: Partial<TrunkSettings> = {},
    { clock = systemClock, random = systemRandom }: Partial<TrunkSurroundings> = {},
  ): Promise<LoopbackTrunk> {
    const settings = { ...defaultTrunkSettings, ...change };
    const media = await openMedia({ ...settings.media, workers: 1 }, clock).catch((error: unknown) => {
      throw new Error(`the media worker does not start (${reasonOf(error)}): ./setup run installs it`);
    });
    const closers = [() => media.close()];
    try {
      const sounds = await PhoneSounds.open();
      closers.push(() => sounds.close());
      const line = await Line.open(settings.host, settings.port);
      closers.push(() => line.close());
      const trunk = new LoopbackTrunk(settings, { line, media, clock, random }, sounds);
      await trunk.behave({});
      return trunk;
    } catch (error) {
      for (const close of closers.reverse()) await close();
      throw error;
    }
  }

  /** Where it listens, with the port that the system chose. */
  get address(): { readonly host: string; readonly port: number } {
    return { host: this.settings.host, port: this.desk.line.port };
  }

  get counts(): TrunkCounts {
    return { ...this.counted };
  }

  /** Phones behave otherwise in calls from now on. Rejects, with the reason, where they cannot. */
  async behave(change: Partial<CallBehaviour>): Promise<void> {
    const behaviour = { ...this.behaviour, ...change };
    this.says = await this.sounds.playable(behaviour.manners.says);
    if (behaviour.recordFolder !== null) await mkdir(behaviour.recordFolder, { recursive: true });
    this.behaviour = behaviour;
  }

  /** `receive` must be quick. The function given back ends it. */
  subscribe(receive: (event: CallEvent) => void): () => void {
    this.listeners.add(receive);
    return () => void this.listeners.delete(receive);
  }

  /**
   * A phone calls the peer of the trunk. Numbers are E.164 or short codes. Rejects, with the reason, where there is no
   * peer, or the phone cannot play what it shall say.
   */
  async call(from: string, to: string, caller: CallerManners = {}): Promise<PlacedCall> {
    const { peer, patienceMs } = this.settings;
    if (peer === null) throw new Error('the trunk has no peer that phones could call');
    const { recordTo, ...change } = caller;
    const manners = { ...this.behaviour.manners, ...change };
    const says = await this.sounds.playable(manners.says);
    const call = ++this.lastCall;
    const phone = new CallingPhone(
      this.desk,
      {
        from,
        to,
        callId: this.newCallId(),
        uri: uriAt(peer, to),
        manners,
        says,
        recordTo: recordTo ?? this.recordingOf(call, from, to),
        patienceMs,
      },
      this.reporter({ call, from, to }),
    );
    this.keep(phone, phone.end);
    return {
      call,
      end: phone.end,
      press: (digits) => phone.press(digits),
      hangUp: () => phone.hangUp(),
    };
  }

  /** Hangs up every call, and gives the ports back. */
  async close(): Promise<void> {
    const { line, media, clock } = this.desk;
    for (const phone of this.phones.keys()) phone.hangUp();
    const farewell = new Promise<void>((resolve) => {
      const timer = clock.after(farewellMs, resolve);
      void Promise.all(this.phones.values()).then(() => {
        timer.cancel();
        resolve();
      });
    });
    await farewell;
    await line.close();
    await media.close();
    await this.sounds.close();
  }

  private receive(invitation: Invitation): void {
    const { from, to, callId } = invitation;
    const call = ++this.lastCall;
    const report = this.reporter({ call, from, to });
    report({ type: 'offered', callId });
    if (this.phones.size >= this.settings.callsMax) {
      invitation.refuse(statuses.serviceUnavailable);
      report({ type: 'refused', status: statuses.serviceUnavailable });
      return;
    }
    const { peer, ownPrefixes } = this.settings;
    if (peer !== null && ownPrefixes.some((prefix) => to.startsWith(prefix))) {
      const returned = new ReturnedCall(this.desk, invitation, report);
      this.keep(returned, returned.serve(this.behaviour, { uri: uriAt(peer, to), callId: this.newCallId() }));
      return;
    }
    const recordTo = this.recordingOf(call, from, to);
    const phone = new CalledPhone(this.desk, invitation, report);
    this.keep(phone, phone.serve(this.behaviour, { says: this.says, recordTo }));
  }

  private newCallId(): string {
    return `${this.desk.random.bytes(12).toString('hex')}@loopback`;
  }

  private recordingOf(call: number, from: string, to: string): string | null {
    const { recordFolder } = this.behaviour;
    if (recordFolder === null) return null;
    // What others sent makes no path.
    const names = [from, to].map((number) => number.replace(/[^+\w]/g, '').slice(0, 32));
    return join(recordFolder, `${[call, ...names].join('-')}.wav`);
  }

  private keep(phone: Ending, over: Promise<unknown>): void {
    const gone = over.finally(() => void this.phones.delete(phone));
    this.phones.set(phone, gone);
  }

  private reporter(facts: Pick<CallEvent, 'call' | 'from' | 'to'>): Report {
    return (news) => {
      this.count(news);
      if (this.listeners.size === 0) return;
      const event: CallEvent = { ...news, ...facts, atMs: this.desk.clock.now() };
      for (const receive of this.listeners) receive(event);
    };
  }

  private count(news: CallNews): void {
    const { counted } = this;
    switch (news.type) {
      case 'dialled':
      case 'offered':
        counted[news.type]++;
        counted.callsNow++;
        return;
      case 'answered':
        counted.answered++;
        return;
      case 'refused':
        counted.refused++;
        counted.callsNow--;
        return;
      case 'ended':
        counted.callsNow--;
        if (news.by === 'fault') counted.faults++;
        return;
      case 'ringing':
      case 'pressed':
      case 'digit':
      case 'recorded':
        return;
    }
  }
}

/** `peer` with the number as its user. */
const uriAt = (peer: string, number: string): string =>
  peer.replace(/^(sips?:)(?:[^@]*@)?/, (_, scheme: string) => `${scheme}${number}@`);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
