import { fail, ok, type Result } from '../../control/base/result.ts';

/** A media type as a response names it: lower case, without parameters, and its charset if it gives one. */
export interface MediaType {
  readonly type: string;
  readonly charset?: string;
}

export function mediaType(contentType: string): MediaType {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([A-Za-z0-9_.:-]{1,40})/i.exec(contentType)?.[1];
  return charset === undefined ? { type } : { type, charset };
}

/** The encoding an XML declaration names, if there is one; it is ASCII in every encoding that matters here. */
const declared = (bytes: Buffer): string | undefined =>
  /^<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})/.exec(
    bytes.toString('latin1', 0, 300),
  )?.[1];

/** A byte-order mark outranks every label (WHATWG Encoding, BOM sniff). */
function marked(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}

/**
 * Bytes as text: the byte-order mark decides, then the Content-Type's charset, then the XML declaration, then UTF-8
 * (RFC 7303 section 3). Bytes that are not of that encoding are refused with the reason.
 */
export function decodeBytes(bytes: Buffer, charset: string | undefined): Result<string, string> {
  const label = marked(bytes) ?? charset ?? declared(bytes) ?? 'utf-8';
  const decoder = decoderOf(label);
  if (decoder === undefined) return fail(`the encoding ${label} is not known`);
  try {
    return ok(decoder.decode(bytes));
  } catch {
    return fail(`the bytes are not ${label}`);
  }
}
