import type { ConferenceNoun } from '../../twiml/nouns/conference.ts';
import type { DialVerb } from '../../twiml/verbs/dial.ts';
import type { ConferenceRoom } from '../conferences/conference-room.ts';
import type { Seat, SeatMode } from '../conferences/seat.ts';
import { onInterrupt, within } from '../live/interrupt.ts';
import type { Run } from '../program/run.ts';
import { conferenceWaitVerbs, wait } from '../program/waiting.ts';
import { failedDial, type DialOutcome } from './outcome.ts';

/** Twilio's number for a verb that has no place in a document of waitUrl, holdUrl or announceUrl. */
const asideFault = 13238;

/** Takes the caller into a conference, until the caller leaves, is put out, or the conference ends. */
export async function dialConference(
  verb: DialVerb,
  run: Run,
  written: ConferenceNoun,
): Promise<DialOutcome> {
  const { live, services } = run;
  const leg = await run.leg();
  if (leg === undefined) return failedDial;
  const noun = absolute(written, run);
  const joined = await services.conferences.join(live, leg, noun);
  if (!joined.ok) {
    run.alert(joined.error, `the conference ${noun.name} cannot be joined`);
    return failedDial;
  }
  const { room, seat } = joined.value;
  const begunMs = services.clock.now();
  const leave = (): void => room.leave(seat, false);
  const release = onInterrupt(run.signal, leave);
  const limit = services.clock.after(verb.timeLimitMs, leave);
  const deaf = verb.hangupOnStar
    ? live.digits.listen((digit) => (digit === '*' ? leave() : undefined))
    : undefined;
  room.watchSpeech(seat);
  let established = false;
  try {
    established = await sit(run, room, seat);
  } finally {
    // Also when sound has broken down under it: nobody stays in a conference whose call is elsewhere.
    leave();
    deaf?.();
    limit.cancel();
    release();
  }
  return {
    // Twilio's word for a conference that was dialled into.
    status: established ? 'answered' : 'failed',
    callSid: '',
    durationMs: services.clock.now() - begunMs,
    bridged: established,
    extra: [['ConferenceSid', room.sid]],
  };
}

/** Does what the seat says until it is out. False: Twilio does without whoever has no waitUrl to wait by. */
async function sit(run: Run, room: ConferenceRoom, seat: Seat): Promise<boolean> {
  for (;;) {
    const { mode, changed } = seat;
    switch (mode.kind) {
      case 'out':
        return true;
      case 'waiting':
        if (!(await aside(run, room, seat, { kind: 'apart', source: 'music', once: false }, changed)))
          return false;
        break;
      case 'talking':
        await room.enter(seat);
        await changed;
        break;
      case 'apart':
        await room.enter(seat);
        if (mode.once && seat.inside) room.room.hold(seat.leg, true);
        await aside(run, room, seat, mode, changed);
        if (mode.once && seat.inside && !seat.state.hold) room.room.hold(seat.leg, false);
        break;
    }
  }
}

/**
 * What the participant hears alone, until its mode changes; an announcement also ends by itself. False: there is nothing
 * to wait by, and the participant has left.
 */
async function aside(
  run: Run,
  room: ConferenceRoom,
  seat: Seat,
  mode: Extract<SeatMode, { kind: 'apart' }>,
  changed: Promise<unknown>,
): Promise<boolean> {
  const { live, services } = run;
  const waiting = seat.mode.kind === 'waiting';
  let left = false;
  const only = { verbs: conferenceWaitVerbs, code: asideFault };
  const { noun } = seat;
  await within(run.signal, async (signal, stop) => {
    const hearing =
      typeof mode.source !== 'string' && mode.once
        ? services.programs.run(live, mode.source, { signal, only }).then((end) => {
            room.announced(end.kind === 'finished', seat);
            if (seat.mode === mode) room.resume(seat);
          })
        : wait(services, {
            live,
            signal,
            ...(waiting ? { url: noun.waitUrl, method: noun.waitMethod } : urlOf(mode.source)),
            params: () => [['ConferenceSid', seat.state.conferenceSid]],
            only,
            repeats: !waiting,
          }).then((end) => {
            left = waiting && end.kind === 'failed';
            if (left) room.leave(seat, false);
          });
    await changed;
    stop();
    await hearing;
  });
  return !left;
}

function urlOf(source: Extract<SeatMode, { kind: 'apart' }>['source']): {
  readonly url: string | undefined;
  readonly method: 'GET' | 'POST';
} {
  if (source === 'music') return { url: undefined, method: 'POST' };
  if (source === 'silence' || source.kind !== 'url') return { url: '', method: 'POST' };
  return { url: source.url, method: source.method };
}

/** The noun with its URLs made absolute. */
function absolute(noun: ConferenceNoun, run: Run): ConferenceNoun {
  const { waitUrl, statusCallback, recordingStatusCallback } = noun;
  return {
    ...noun,
    ...(waitUrl === undefined || waitUrl === '' ? {} : { waitUrl: run.resolve(waitUrl) }),
    ...(statusCallback === undefined
      ? {}
      : { statusCallback: { ...statusCallback, url: run.resolve(statusCallback.url) } }),
    ...(recordingStatusCallback === undefined
      ? {}
      : {
          recordingStatusCallback: {
            ...recordingStatusCallback,
            url: run.resolve(recordingStatusCallback.url),
          },
        }),
  };
}
