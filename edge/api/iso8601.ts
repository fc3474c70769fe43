/** A moment as the younger APIs write it, `2026-01-01T12:00:00Z` (https://www.twilio.com/docs/usage/twilios-response). */
export const iso8601 = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
