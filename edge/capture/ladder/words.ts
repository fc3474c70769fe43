import type { Arrow, Sound } from './ladder.ts';
import { cut, fitting } from './layout.ts';

/** Fewer characters of a detail say nothing. */
const detailMin = 12;

/** An arrow in words: as much as there is room for. */
export function arrowText({ label, detail, notes }: Arrow, room: number): string {
  const noted = notes.length === 0 ? label : `${label} (${notes.join(', ')})`;
  const whole = detail === '' ? noted : `${noted} ${detail}`;
  if (whole.length <= room || noted.length + detailMin < room) return cut(whole, room);
  return fitting([noted, label], room);
}

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** A stream of sound in words, the most first. */
export function soundWordings(sound: Sound): readonly string[] {
  const { codecs, packets, expected, lost, late, jitterMeanMs, jitterMaxMs, durationMs, reported } = sound;
  const codec = `${sound.secure ? 'SRTP ' : 'RTP '}${codecs[0] ?? ''}`.trim();
  const share = expected > 0 ? ` (${((100 * Math.max(0, lost)) / expected).toFixed(1)} %)` : '';
  const short = `${codec}, ${packets} packets, ${lost} lost${share}`;
  const whole =
    `${short}${late > 0 ? `, ${late} late` : ''}, jitter ${milliseconds(jitterMeanMs)}, at most ` +
    `${milliseconds(jitterMaxMs)}, ${(durationMs / 1000).toFixed(1)} s`;
  const told =
    reported === null
      ? []
      : [`${whole}; its receiver says ${reported.lost} lost, jitter ${milliseconds(reported.jitterMs)}`];
  return [...told, whole, short, `${codec}, ${packets} packets`, codec];
}
