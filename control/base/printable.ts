/**
 * What a terminal or a log viewer may obey instead of showing: control characters but for tab and line ends (C0, DEL, C1,
 * whose U+009B begins an escape sequence by itself), and those that reorder a line.
 */
const unprintable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\r(?!\n)/g;

/**
 * The text with such characters as escapes, `\u001b`. JSON stays the same JSON, because it holds them raw in its texts
 * alone.
 */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
