import type { Leg, Playback } from '../../../media/media.ts';
import type { MachineDetection } from '../../twiml/nouns/amd.ts';
import type { DialVerb, Endpoint } from '../../twiml/verbs/dial.ts';
import { isFinal } from '../call.ts';
import { quietly } from '../deferred.ts';
import { Connection, type ConnectionEnd } from '../live/connection.ts';
import { interruptOf, onInterrupt } from '../live/interrupt.ts';
import type { LiveCall } from '../live/live-call.ts';
import { detectMachine } from '../outbound/machine.ts';
import type { Params } from '../params.ts';
import type { Run } from '../program/run.ts';
import { documentAt } from '../program/source.ts';
import { callerIdFor } from './caller-id.ts';
import { failedDial, statusOf, type DialOutcome } from './outcome.ts';
import { partyOf, sipParams, type Party } from './party.ts';
import { ringFirst } from './ring.ts';
import { recordDial } from './record.ts';
import { whisperVerbs } from './whisper.ts';

/** A <Dial> that ended, or whose party asked by REFER to be replaced. */
export type EndpointsEnd =
  | { readonly kind: 'outcome'; readonly outcome: DialOutcome }
  | { readonly kind: 'referred'; readonly url: string; readonly params: Params };

const ended = (outcome: DialOutcome): EndpointsEnd => ({ kind: 'outcome', outcome });

/** North American ringing, again and again. */
const ringback = [{ kind: 'tone', tone: 'ringback', durationMs: 6_000 }] as const;

/** Rings numbers and SIP addresses, and connects the caller to whoever answers first. */
export async function dialEndpoints(
  verb: DialVerb,
  run: Run,
  endpoints: readonly Endpoint[],
): Promise<EndpointsEnd> {
  const { live } = run;
  const callerId = callerIdFor(verb, run);
  if (callerId === undefined) return ended(failedDial);
  // Answered at once, unless the caller is to hear ringing until somebody is there.
  const waiting = verb.answerOnBridge && !live.isAnswered;
  const leg = waiting ? undefined : await run.leg();
  if (!waiting && leg === undefined) return ended(failedDial);
  const sounds = new RingingSounds(live, leg, endpoints.length === 1 && verb.ringTone === undefined);
  const tried: Party[] = [];
  const parties = (): Iterable<Party> => placing(verb, run, endpoints, callerId, sounds, tried);
  const recording =
    verb.record.kind === 'yes' && verb.record.from === 'ringing' ? await recordDial(verb, run) : undefined;
  const winner = await ringFirst(parties(), verb.sequential, run.signal);
  sounds.stop();
  if (winner === undefined || run.interrupted) {
    for (const { live: other } of tried) other.hangUp({ status: 'canceled', errorCode: 0, sipCode: 487 });
    const statuses = tried.map(({ live: other }) => other.call.status);
    const last = tried.at(-1);
    return ended({
      ...failedDial,
      status: statusOf(statuses.filter(isFinal)),
      callSid: last?.live.sid ?? '',
      extra: [...(last === undefined ? [] : sipParams(last)), ...((await recording?.finish()) ?? [])],
    });
  }
  return connect(verb, run, winner, recording);
}

/** The parties, each written when it is to be rung. */
function* placing(
  verb: DialVerb,
  run: Run,
  endpoints: readonly Endpoint[],
  callerId: string,
  sounds: RingingSounds,
  tried: Party[],
): Iterable<Party> {
  for (const noun of endpoints) {
    const party = partyOf(verb, run, noun, callerId, (leg) => sounds.early(leg));
    if (party === undefined) continue;
    tried.push(party);
    yield party;
  }
}

/** What the caller hears before somebody is there: the carrier's own sound of a single party, else ringing. */
class RingingSounds {
  private readonly live: LiveCall;
  private readonly passEarly: boolean;
  private playback: Playback | undefined;
  /** Whose sound the caller is to hear, and the caller's leg once it does. */
  private source: Leg | undefined;
  private bridged: Leg | undefined;
  private over = false;

  /** `leg` undefined: the caller is not answered before the called party is. */
  constructor(live: LiveCall, leg: Leg | undefined, passEarly: boolean) {
    this.live = live;
    this.passEarly = passEarly;
    this.playback = leg?.play(ringback, { loop: 0 });
  }

  early(other: Leg): void {
    if (!this.passEarly || this.over || this.source === other) return;
    this.source = other;
    quietly(this.pass(other));
  }

  stop(): void {
    this.over = true;
    this.playback?.stop();
    quietly(this.bridged?.unbridge());
  }

  private async pass(other: Leg): Promise<void> {
    const leg = this.live.leg ?? (await this.live.early(other));
    // Somebody may have answered meanwhile, or another carrier rings now.
    if (leg === undefined || this.over || this.source !== other) return;
    this.playback?.stop();
    this.bridged = leg;
    await leg.bridge(other);
  }
}

/** The party has answered: whatever it must hear or be found to be first, then both talk until one leaves. */
async function connect(
  verb: DialVerb,
  run: Run,
  party: Party,
  early: Awaited<ReturnType<typeof recordDial>>,
): Promise<EndpointsEnd> {
  const { services, live } = run;
  const { live: other } = party;
  const signal = other.begin();
  const letGo = onInterrupt(run.signal, () => other.hangUp());
  try {
    await prepare(run, party, signal);
    const gone = other.isOver || interruptOf(signal)?.kind === 'redirect';
    const leg = gone || run.interrupted ? undefined : await live.answer(other.leg);
    if (leg === undefined || other.leg === undefined || signal.aborted) {
      void early?.finish();
      handOver(run, other, signal);
      return ended({ ...failedDial, status: gone ? 'completed' : 'canceled', callSid: other.sid });
    }
    const recording = verb.record.kind === 'yes' ? (early ?? (await recordDial(verb, run))) : undefined;
    const begunMs = services.clock.now();
    const connection = await Connection.of(leg, other.leg);
    let referral: string | undefined;
    const release = [
      onInterrupt(signal, () => connection.end('second-left')),
      onInterrupt(run.signal, () => connection.end('interrupted')),
      ...(verb.hangupOnStar ? [starOf(run, () => connection.end('star'))] : []),
      other.onRefer((target) => {
        if (verb.referUrl === undefined) {
          run.alert(13802, 'the dialled party sent REFER, and there is no referUrl');
          return 603;
        }
        referral = target;
        connection.end('second-left');
        return 202;
      }),
    ];
    const limit = services.clock.after(verb.timeLimitMs, () => connection.end('time-limit'));
    await connection.done;
    limit.cancel();
    for (const stop of release) stop();
    const durationMs = services.clock.now() - begunMs;
    handOver(run, other, signal);
    const extra = [...sipParams(party), ...((await recording?.finish()) ?? [])];
    if (referral !== undefined && verb.referUrl !== undefined && !live.isOver) {
      const params: Params = [
        ['ReferTransferTarget', referral],
        ['ReferCallSid', other.sid],
      ];
      return { kind: 'referred', url: verb.referUrl, params };
    }
    return ended({
      status: 'completed',
      callSid: other.sid,
      durationMs,
      bridged: true,
      extra,
    });
  } catch (error) {
    // Nobody else leads the party from here.
    other.hangUp();
    throw error;
  } finally {
    letGo();
  }
}

/** Digits and whisper of the called party, in the order of Twilio's. */
async function prepare(run: Run, { noun, live: other, response }: Party, signal: AbortSignal): Promise<void> {
  const { services } = run;
  const { leg } = other;
  if (leg === undefined) return;
  if (noun.kind === 'number' && noun.sendDigits !== undefined) {
    const digits = leg.sendDigits(noun.sendDigits);
    onInterrupt(signal, () => digits.stop());
    await digits.done;
  }
  // Nobody is left in silence for it: who has answered is told while they talk.
  if (noun.machineDetection !== undefined && !signal.aborted) {
    quietly(detect(run, other, leg, noun.machineDetection));
  }
  if (noun.url === undefined || signal.aborted) return;
  const headers = response()?.customHeaders ?? [];
  const said = headers.map(([name, value]) => [`SipHeader_${name}`, value] as const);
  const end = await services.programs.run(other, documentAt(run.resolve(noun.url), noun.method, said), {
    signal,
    only: whisperVerbs,
  });
  if (end.kind === 'hangup') other.hangUp();
}

/** Finds out who has answered, and tells whoever asked, unless the party has gone before. */
async function detect(run: Run, other: LiveCall, leg: Leg, wish: MachineDetection): Promise<void> {
  const { clock, documents } = run.services;
  const over = new AbortController();
  const release = other.onEnd(() => over.abort());
  const { by, durationMs } = await detectMachine(leg, wish, clock, over.signal);
  release();
  if (other.isOver) return;
  other.noteAnsweredBy(by);
  const { callback } = wish;
  if (callback === undefined) return;
  const params: Params = [['MachineDetectionDuration', String(durationMs)]];
  await documents.tell(other, run.resolve(callback.url), callback.method, params);
}

/** The called party's way on: where the REST API sends it, or away. */
function handOver(run: Run, other: Party['live'], signal: AbortSignal): void {
  const interrupt = interruptOf(signal);
  if (interrupt?.kind === 'redirect') run.services.conduct(other, interrupt.source);
  else other.hangUp();
}

const starOf = (run: Run, act: (end?: ConnectionEnd) => void): (() => void) =>
  run.live.digits.listen((digit) => {
    if (digit === '*') act();
  });
