import { isIP } from 'node:net';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { listenAddress, ownPrefixes, type LoopbackOptions } from '../option-values.ts';
import { busyHere, decline, plainCallBehaviour, quietManners, type CallFate } from './behaviour.ts';
import { defaultRtpPorts, defaultTrunkSettings, type TrunkSettings } from './settings.ts';

/** Options of `strowger loopback` for calls, as the command line declares them. */
export const trunkOptions = [
  {
    flags: '--sip <address>',
    summary: 'where the SIP trunk listens, by UDP and TCP (default: 127.0.0.1:5080)',
  },
  { flags: '--no-sip', summary: 'no SIP trunk: an SMSC alone' },
  {
    flags: '--sip-peer <uri>',
    summary: 'where calls of phones go, such as sip:127.0.0.1:5060 (default: nowhere)',
  },
  { flags: '--rtp-ports <range>', summary: 'ports of the phones’ sound (default: 10000-19999)' },
  { flags: '--answer-ms <ms>', summary: 'how long a phone rings before it is answered (default: 1000)' },
  { flags: '--busy <suffixes>', summary: 'numbers that are busy, by their last digits, such as 86,486' },
  { flags: '--reject <suffixes>', summary: 'numbers that decline' },
  { flags: '--unanswered <suffixes>', summary: 'numbers that nobody answers' },
  { flags: '--hang-up-ms <ms>', summary: 'phones hang up so long after the answer (default: never)' },
  { flags: '--say <file>', summary: 'phones say this WAV or MP3 file after the answer (default: nothing)' },
  { flags: '--press <digits>', summary: 'phones press these digits when the other side pauses' },
  { flags: '--record <folder>', summary: 'write what phones hear as WAV files into this folder' },
  { flags: '--call <from,to>', summary: 'a phone calls this number once (needs --sip-peer)' },
] as const;

/** What the options ask for: a trunk or none, and a call to place. */
export interface TrunkWishes {
  readonly trunk: TrunkSettings | null;
  readonly call: { readonly from: string; readonly to: string } | null;
}

const defaultListen = '127.0.0.1:5080';
const durationMaxMs = 3_600_000;
/** After the other side has been silent for so long, it waits for digits. */
const pauseMs = 700;

/** What the options for calls ask for, or which of them is wrong and why. */
export function trunkWishesOf(options: LoopbackOptions): Result<TrunkWishes, string> {
  const faults: string[] = [];
  const reader = new Reader(options, faults);
  const address = options['sip'] === false ? null : reader.address('sip', '--sip', defaultListen);
  const peer = reader.matching(
    'sipPeer',
    '--sip-peer',
    /^sips?:[^\s@]+$/,
    'a URI such as sip:127.0.0.1:5060',
  );
  const [, from, to] =
    reader
      .matching(
        'call',
        '--call',
        /^\+?\d{3,15},\+?\d{3,15}$/,
        'two numbers, such as +15125550142,+14155550100',
      )
      ?.match(/^(.*),(.*)$/) ?? [];
  const call = from === undefined || to === undefined ? null : { from, to };
  if (call !== null && (peer === null || address === null)) faults.push('--call: needs --sip-peer');
  const say = reader.text('say');
  const press = reader.matching('press', '--press', /^[\dA-D*#wW]{1,100}$/, 'digits, such as 1w2#');
  const fates = [
    ...reader.suffixes('busy', '--busy', { kind: 'refused', status: busyHere }),
    ...reader.suffixes('reject', '--reject', { kind: 'refused', status: decline }),
    ...reader.suffixes('unanswered', '--unanswered', { kind: 'unanswered' }),
  ];
  const trunk: TrunkSettings = {
    ...defaultTrunkSettings,
    ...address,
    peer,
    ownPrefixes: ownPrefixes(reader.text('own')),
    media: { ...defaultTrunkSettings.media, address: address?.host ?? '', ports: reader.ports() },
    behaviour: {
      ...plainCallBehaviour,
      ringMs: reader.milliseconds('answerMs', '--answer-ms', plainCallBehaviour.ringMs),
      fates: { ...plainCallBehaviour.fates, bySuffix: fates },
      manners: {
        ...quietManners,
        says: say === null ? [] : [{ kind: 'file', file: say }],
        presses: press === null ? [] : [{ digits: press, when: { kind: 'pause', silenceMs: pauseMs } }],
        hangUpAfterMs: reader.milliseconds('hangUpMs', '--hang-up-ms', 0),
      },
      recordFolder: reader.text('record'),
    },
  };
  return faults.length === 0 ? ok({ trunk: address === null ? null : trunk, call }) : fail(faults.join('; '));
}

/** Reads options one by one, and notes what is wrong with them. */
class Reader {
  private readonly options: LoopbackOptions;
  private readonly faults: string[];

  constructor(options: LoopbackOptions, faults: string[]) {
    this.options = options;
    this.faults = faults;
  }

  text(name: string): string | null {
    const value = this.options[name];
    return typeof value === 'string' ? value : null;
  }

  matching(name: string, flag: string, pattern: RegExp, expected: string): string | null {
    const text = this.text(name);
    if (text === null || pattern.test(text)) return text;
    this.faults.push(`${flag}: expected ${expected}`);
    return null;
  }

  address(name: string, flag: string, otherwise: string): { host: string; port: number } {
    const address = listenAddress(this.text(name) ?? otherwise);
    // Peers are told this address, so it must be one: no name, and not the address for all.
    if (address !== undefined && isIP(address.host) !== 0 && !['0.0.0.0', '::'].includes(address.host))
      return address;
    this.faults.push(`${flag}: expected an IP address of this machine with a port, such as ${otherwise}`);
    return { host: '', port: 0 };
  }

  milliseconds(name: string, flag: string, otherwise: number): number {
    const text = this.matching(name, flag, /^\d{1,7}$/, `a number from 0 to ${durationMaxMs}`);
    const value = text === null ? otherwise : Number(text);
    if (value > durationMaxMs) this.faults.push(`${flag}: expected a number from 0 to ${durationMaxMs}`);
    return value;
  }

  suffixes(name: string, flag: string, fate: CallFate): { suffix: string; fate: CallFate }[] {
    const text = this.matching(name, flag, /^\d{1,15}(,\d{1,15})*$/, 'digits, such as 86,486');
    return text === null ? [] : text.split(',').map((suffix) => ({ suffix, fate }));
  }

  ports(): { first: number; last: number } {
    const expected = 'a range such as 10000-19999';
    const text = this.matching('rtpPorts', '--rtp-ports', /^\d{4,5}-\d{4,5}$/, expected);
    if (text === null) return defaultRtpPorts;
    const [first = 0, last = 0] = text.split('-').map(Number);
    if (first >= 1_024 && last <= 65_535 && last > first) return { first, last };
    this.faults.push(`--rtp-ports: expected ${expected}`);
    return defaultRtpPorts;
  }
}
