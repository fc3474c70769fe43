import { sampleRateHz } from './frame.ts';

/** How the notes of an instrument sound. */
export interface Instrument {
  /** Multiples of the note's pitch, and how loud each is. */
  readonly partials: readonly (readonly [ratio: number, gain: number])[];
  /** From silence to its full strength. */
  readonly attackMs: number;
  /** In which the first partial fades to 37 %, higher ones sooner, as struck things do; Infinity: not while held. */
  readonly decayMs: number;
  /** From letting go to silence. */
  readonly releaseMs: number;
}

/** One note in a piece that is played in a circle. */
export interface Note {
  readonly hz: number;
  readonly startMs: number;
  /** How long it is held. */
  readonly heldMs: number;
  readonly gain: number;
}

/** What a telephone carries. */
const highestHz = 3_400;

const samplesIn = (ms: number): number => Math.round((ms * sampleRateHz) / 1_000);

/** A quarter of a sine, from 0 to 1: no corner that would click. */
const rise = (part: number): number => Math.sin((Math.min(1, part) * Math.PI) / 2) ** 2;

/** Adds a note to a piece at 8 kHz. What sounds on beyond its end is heard at its beginning. */
export function addNote(piece: Float32Array, instrument: Instrument, note: Note): void {
  const { partials, attackMs, decayMs, releaseMs } = instrument;
  const [attack, held, release] = [attackMs, note.heldMs, releaseMs].map(samplesIn) as [
    number,
    number,
    number,
  ];
  const start = samplesIn(note.startMs);
  for (const [ratio, gain] of partials) {
    const hz = note.hz * ratio;
    if (hz > highestHz) continue;
    const step = (2 * Math.PI * hz) / sampleRateHz;
    const fade = ratio / samplesIn(decayMs);
    for (let at = 0; at < held + release; at++) {
      const strength = rise(at / attack) * (at < held ? 1 : rise((held + release - at) / release));
      const sample = Math.sin(at * step) * gain * note.gain * strength * Math.exp(-at * fade);
      const place = (start + at) % piece.length;
      piece[place] = (piece[place] ?? 0) + sample;
    }
  }
}

/** Adds a piece to itself, later and softer, as a room does. */
export function addEcho(piece: Float32Array, delayMs: number, gain: number): void {
  const dry = piece.slice();
  const delay = samplesIn(delayMs);
  for (let at = 0; at < piece.length; at++) {
    const place = (at + delay) % piece.length;
    piece[place] = (piece[place] ?? 0) + (dry[at] ?? 0) * gain;
  }
}

/** A piece as 16-bit samples whose loudest is `peak`. */
export function levelled(piece: Float32Array, peak: number): Int16Array {
  const loudest = piece.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Int16Array.from(piece, (sample) => Math.round((sample / (loudest || 1)) * peak));
}

const semitones: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** The pitch of a note's name (`F#4`), equally tempered, A4 at 440 Hz. */
export function pitchOf(name: string): number {
  const [, letter = '', sharp, octave = ''] = /^([A-G])(#?)(\d)$/.exec(name) ?? [];
  const semitone = semitones[letter];
  if (semitone === undefined) throw new Error(`${name} is not a note`);
  return 440 * 2 ** ((semitone + (sharp === '#' ? 1 : 0) - 9) / 12 + Number(octave) - 4);
}
