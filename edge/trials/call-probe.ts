import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { Check } from '../../control/inventory/verdicts.ts';
import type { Codec, Media } from '../../media/media.ts';
import type { Destination, IncomingCall, OutgoingEnd, Signalling } from '../voice/signalling.ts';
import type { Trial } from './trial.ts';
import { failed, undone, verdictOn, Waiting } from './waiting.ts';

/** Where a carrier leaves our own headers, calls are known by this one; else by who calls whom. */
const header = 'X-Strowger-Test';
const tokenBytes = 8;
const busyHere = 486;
/** Nobody hears these calls. */
const rtpTimeoutMs = 600_000;

export interface CallProbeDeps {
  readonly signalling: Pick<Signalling, 'originate' | 'soundTo'>;
  readonly media: Pick<Media, 'openLeg'>;
  readonly codecsTo: (destination: Destination) => readonly Codec[];
  /** undefined: the carrier has no trunk. */
  readonly trunkState: (carrier: string) => 'unknown' | 'up' | 'down' | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Calls our own numbers through their carriers, and knows those calls when they come back; none is answered. */
export class CallProbe {
  private readonly deps: CallProbeDeps;
  private readonly waiting: Waiting;
  /** Who calls a number just now, where no header may tell. */
  private readonly callers = new Map<string, string>();

  constructor(deps: CallProbeDeps) {
    this.deps = deps;
    this.waiting = new Waiting(deps.clock);
  }

  async probe({ e164, carrier, from, patienceMs }: Trial): Promise<Check> {
    const { signalling, media, codecsTo, trunkState, random } = this.deps;
    const state = trunkState(carrier);
    if (state === undefined) return undone('has no SIP trunk');
    if (state === 'down') return undone('has its trunk down');
    const destination = { kind: 'trunk', carrier, number: e164 } as const;
    const opened = await media.openLeg({
      ...signalling.soundTo(destination),
      codecs: codecsTo(destination),
      rtpTimeoutMs,
    });
    if (!opened.ok) return undone(`has no sound (${opened.error})`);
    const leg = opened.value;
    const token = random.bytes(tokenBytes).toString('hex');
    const sdp = await leg.offer();
    this.callers.set(e164, from);
    const back = this.waiting.expect(token, e164, patienceMs);
    const call = signalling.originate({
      accountSid: '',
      destination,
      from,
      callerName: '',
      forwardedBy: '',
      passport: '',
      headers: [[header, token]],
      sdp,
    });
    // A carrier that says nothing at all, not even that it rings, has lost more than this number.
    let heard = false;
    let over = false;
    call.onProgress(() => (heard = true));
    const check = await Promise.race([
      back.then((found) =>
        found.kind === 'never' && !heard
          ? undone('unanswered by the carrier')
          : verdictOn(found, carrier, patienceMs),
      ),
      call.end.then((end) => {
        over = true;
        return refusalOf(end);
      }),
    ]);
    this.callers.delete(e164);
    // A function, because it changes while the race goes on.
    const isOver = (): boolean => over;
    if (!isOver()) call.cancel();
    const end = await call.end;
    if (end.kind === 'answered') end.dialog.bye();
    await leg.close();
    return check;
  }

  /** `signalling` without the calls of tests. */
  aside(signalling: Signalling): Signalling {
    return {
      serve: (take) =>
        signalling.serve((call) => {
          if (!this.claims(call)) take(call);
        }),
      soundTo: (destination) => signalling.soundTo(destination),
      originate: (request) => signalling.originate(request),
    };
  }

  /** Whether a carrier brings a call of ours; it is turned away then, before it costs anything. */
  private claims(call: IncomingCall): boolean {
    if (!this.waiting.any || call.source.kind !== 'trunk') return false;
    const to = normalised(call.toUser);
    const token = this.tokenOf(call, to);
    if (token === undefined || !this.waiting.take(token, to, call.source.carrier)) return false;
    call.reject(busyHere);
    return true;
  }

  stop(): void {
    this.waiting.stop();
  }

  private tokenOf({ customHeaders, fromUser }: IncomingCall, to: string): string | undefined {
    const told = customHeaders.find(([name]) => name.toLowerCase() === header.toLowerCase());
    if (told !== undefined) return told[1];
    return this.callers.get(to) === normalised(fromUser) ? this.waiting.tokenFor(to) : undefined;
  }
}

/** A number as carriers write it, in E.164 where it can be read. */
function normalised(user: string): string {
  const parsed = parseNumber(user);
  return parsed.ok ? parsed.value.e164 : user;
}

/** The call has ended before it came back. */
function refusalOf(end: OutgoingEnd): Check {
  switch (end.kind) {
    case 'answered':
      return failed('answered by somebody else');
    case 'refused':
      // 5xx says something of the carrier, not of the number.
      return (end.status >= 500 && end.status < 600 ? undone : failed)(`refused (SIP ${end.status})`);
    case 'canceled':
      return undone('given up');
    case 'unreachable':
      return undone(`has no way (${end.why})`);
  }
}
