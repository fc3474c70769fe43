const bigEndian = new TextDecoder('utf-16be');
const littleEndian = new TextDecoder('utf-16le');

/** `text` as UTF-16BE, which is what SMPP's UCS2 (data_coding 8) carries in practice. */
export const encodeUcs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/**
 * Reads UTF-16BE; a byte order mark is obeyed and dropped. Halves of surrogate pairs and an odd last octet become
 * U+FFFD.
 */
export function decodeUcs2(octets: Uint8Array): string {
  const swapped = octets.length >= 2 && octets[0] === 0xff && octets[1] === 0xfe;
  return (swapped ? littleEndian : bigEndian).decode(octets);
}
