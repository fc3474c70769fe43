import { addEcho, addNote, levelled, pitchOf, type Instrument } from '../audio/notes.ts';

/** To be raised with every change that is heard. */
export const holdMusicEdition = '1';

const beatMs = 800;
const barMs = 4 * beatMs;

/** Chords from the lowest note up, and the melody above: names of notes with their beats, `-` for none. */
type Bar = readonly [chord: string, melody: string];

/** Sixteen bars in G, which end where they begin. Written for this edge: nobody's rights are in it. */
const score: readonly Bar[] = [
  ['G3 D4 F#4 B4', 'B4:2 A4:1 B4:1'],
  ['E3 D4 G4 B4', 'G4:3 -:1'],
  ['C4 E4 G4 B4', 'E4:1 G4:1 B4:2'],
  ['D4 G4 A4 C5', 'A4:3 -:1'],
  ['G3 D4 F#4 B4', 'B4:2 D5:2'],
  ['B3 D4 F#4 A4', 'A4:2 F#4:2'],
  ['C4 E4 G4 B4', 'E5:2 D5:1 C5:1'],
  ['D4 F#4 A4 C5', 'A4:3 -:1'],
  ['E3 D4 G4 B4', 'B4:1 E5:2 D5:1'],
  ['B3 D4 F#4 A4', 'B4:2 A4:2'],
  ['C4 E4 G4 B4', 'G4:1 C5:1 E5:2'],
  ['B3 D4 G4 B4', 'D5:3 -:1'],
  ['A3 E4 G4 C5', 'C5:2 B4:1 A4:1'],
  ['D4 G4 A4 C5', 'G4:2 A4:2'],
  ['G3 D4 F#4 B4', 'G4:3 -:1'],
  ['D4 F#4 A4 C5', '-:4'],
];

/** Which notes of a chord are struck on its eight quavers. */
const figure = [0, 2, 1, 3, 2, 1, 3, 2] as const;

const strings: Instrument = {
  // Two players who are not quite together.
  partials: [
    [0.9985, 1],
    [1.0015, 1],
    [2, 0.25],
    [3, 0.1],
  ],
  attackMs: 500,
  decayMs: Infinity,
  releaseMs: 700,
};

const piano: Instrument = {
  partials: [
    [1, 1],
    [2, 0.35],
    [3, 0.12],
    [4, 0.05],
  ],
  attackMs: 6,
  decayMs: 900,
  releaseMs: 900,
};

const flute: Instrument = {
  partials: [
    [1, 1],
    [2, 0.2],
    [3, 0.06],
  ],
  attackMs: 60,
  decayMs: 4_000,
  releaseMs: 200,
};

/** A third of what fits: as loud as a person who talks. */
const peak = 11_000;

/** What callers hear who wait: 51 s at 8 kHz that can be played again and again without a seam. */
export function holdMusic(): Int16Array {
  const piece = new Float32Array((score.length * barMs * 8_000) / 1_000);
  for (const [bar, [chord, melody]] of score.entries()) {
    const startMs = bar * barMs;
    const pitches = chord.split(' ').map(pitchOf);
    for (const hz of pitches) addNote(piece, strings, { hz, startMs, heldMs: barMs - 200, gain: 0.07 });
    for (const [quaver, index] of figure.entries()) {
      const hz = pitches[index];
      const gain = quaver % 4 === 0 ? 0.34 : 0.26;
      if (hz === undefined) continue;
      addNote(piece, piano, { hz, startMs: startMs + (quaver * beatMs) / 2, heldMs: beatMs, gain });
    }
    sing(piece, melody, startMs);
  }
  addEcho(piece, 1.5 * beatMs, 0.22);
  addEcho(piece, 0.11 * beatMs, 0.12);
  return levelled(piece, peak);
}

function sing(piece: Float32Array, melody: string, startMs: number): void {
  let atMs = startMs;
  for (const written of melody.split(' ')) {
    const [name = '', beats = ''] = written.split(':');
    const heldMs = Number(beats) * beatMs;
    if (name !== '-') {
      addNote(piece, flute, { hz: pitchOf(name), startMs: atMs, heldMs: heldMs - 120, gain: 0.3 });
    }
    atMs += heldMs;
  }
}
