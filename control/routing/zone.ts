const quarterMs = 900_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The quarter of an hour of which `offsetMs` is known. */
  quarter: number;
  offsetMs: number;
}

const zones = new Map<string, Zone>();

/** Whether a text names a time zone, as IANA does. */
export function isZone(name: string): boolean {
  if (name.length > 64) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a zone show, as milliseconds as if they showed UTC. `zone` must be one (`isZone`). */
export function localTimeMs(zone: string, nowMs: number): number {
  if (zone === 'UTC') return nowMs;
  // Every zone is set by whole quarters of an hour, and changes at one.
  const quarter = Math.floor(nowMs / quarterMs);
  let known = zones.get(zone);
  if (known === undefined) {
    known = { format: formatOf(zone), quarter: NaN, offsetMs: 0 };
    zones.set(zone, known);
  }
  if (known.quarter !== quarter) {
    known.quarter = quarter;
    known.offsetMs = offsetAt(known.format, quarter * quarterMs);
  }
  return nowMs + known.offsetMs;
}

const formatOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });

function offsetAt(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - atMs;
}
