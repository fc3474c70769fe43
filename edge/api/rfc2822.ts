let cachedSecond = NaN;
let cachedText = '';

/** A time as the 2010-04-01 API writes it: `Thu, 24 Aug 2023 05:01:45 +0000` (RFC 2822 §3.3). Most calls ask for the current second again. */
export function rfc2822(unixMs: number): string {
  const second = Math.floor(unixMs / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = `${new Date(unixMs).toUTCString().slice(0, -3)}+0000`;
  }
  return cachedText;
}

/** A time that may not have come: null for 0. */
export const dateOrNull = (unixMs: number): string | null => (unixMs === 0 ? null : rfc2822(unixMs));
