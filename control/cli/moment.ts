import type { CoreConfig } from '../config/core.ts';
import { textOption, type Call } from './command.ts';

/**
 * An option's moment in Unix milliseconds: `2026-01-31T04:05:06Z`, or a day, of which the `end` asked for is meant; in
 * UTC unless it says otherwise. Undefined if it was not given, NaN if it is no moment.
 */
export function momentOption(
  call: Pick<Call<CoreConfig>, 'options'>,
  name: string,
  end: 'first' | 'last',
): number | undefined {
  const text = textOption(call, name);
  if (text === undefined) return undefined;
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!day && !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/.test(text)) return NaN;
  const ms = Date.parse(day || /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return end === 'last' && day ? ms + 86_399_999 : ms;
}
