/**
 * A time of SMPP 3.4 §7.1.1 as milliseconds from `nowMs`: absolute `YYMMDDhhmmsstnnp` (t tenths, nn quarter hours of
 * difference to UTC, p its sign) or relative `YYMMDDhhmmss000R`. '' is null; undefined what cannot be read.
 */
export function smppTime(text: string, nowMs: number): number | null | undefined {
  if (text === '') return null;
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([-+R])$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second, tenths, quarters] = match.slice(1, 9).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (match[9] === 'R') {
    const days = year * 365 + month * 30 + day;
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
  }
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > 31 ||
    hour > 23 ||
    minute > 59 ||
    second > 59 ||
    quarters > 48
  )
    return undefined;
  const localMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second) + tenths * 100;
  const offsetMs = quarters * 15 * 60_000 * (match[9] === '-' ? -1 : 1);
  return localMs - offsetMs - nowMs;
}
