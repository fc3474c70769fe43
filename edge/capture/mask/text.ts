/** What stands in the place of something that is not shown. */
export const masked = '[masked]';

/** C0 and C1, what turns the direction of writing, and what has no width: all that could forge a line on a terminal. */
const unprintable = /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text off the wire, fit for a terminal or a page: one line, nothing that steers either. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd');

/** So many octets, for people. */
export const octetsText = (count: number): string => (count === 1 ? '1 octet' : `${count} octets`);
