/** A text as it is kept. */
export interface Excerpt {
  readonly text: string;
  /** Where the text is only the beginning: bytes of the whole, as far as it was read. Null: it is the whole. */
  readonly cutFrom: number | null;
}

/**
 * What a failed webhook was sent, and what it answered: headers and parameters as forms (`name=value&…`), credentials
 * struck out.
 */
export interface AlertExchange {
  /** To the letter, as they went into the signature. */
  readonly variables: Excerpt;
  readonly requestHeaders: Excerpt;
  readonly responseHeaders: Excerpt;
  readonly responseBody: Excerpt;
}

/** How much of each is kept, in bytes. */
export const exchangeBytesMax = {
  variables: 4_096,
  requestHeaders: 2_048,
  responseHeaders: 2_048,
  responseBody: 4_096,
} as const satisfies Record<keyof AlertExchange, number>;

/** The beginning of a text. `bytes`: of the whole, where that is more than the text. */
export function excerptOf(text: string, bytesMax: number, bytes = Buffer.byteLength(text)): Excerpt {
  const octets = Buffer.from(text, 'utf8');
  if (octets.length <= bytesMax) return { text, cutFrom: bytes > octets.length ? bytes : null };
  let end = bytesMax;
  // Not between the bytes of one character (RFC 3629 §3).
  while (end > 0 && ((octets[end] ?? 0) & 0xc0) === 0x80) end--;
  return { text: octets.toString('utf8', 0, end), cutFrom: Math.max(bytes, octets.length) };
}

/** The text, and a note of what is missing. */
export const excerptText = ({ text, cutFrom }: Excerpt): string =>
  cutFrom === null ? text : `${text} [cut, of ${cutFrom} bytes]`;
