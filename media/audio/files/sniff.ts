/** Kinds of sound files that are read. `gsm` and `ulaw` are bare: no header at all. */
export type SoundKind = 'wav' | 'aiff' | 'au' | 'mp3' | 'gsm' | 'ulaw';

/** Enough of a file to know it by. */
export const sniffBytes = 12;

/** Media types, as Twilio lists them for <Play> and as servers write them. */
const kinds: Readonly<Record<string, SoundKind>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/mpeg3': 'mp3',
  'audio/x-mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/aiff': 'aiff',
  'audio/x-aifc': 'aiff',
  'audio/x-aiff': 'aiff',
  'audio/gsm': 'gsm',
  'audio/x-gsm': 'gsm',
  'audio/basic': 'ulaw',
  'audio/ulaw': 'ulaw',
  'audio/x-mulaw': 'ulaw',
  'audio/pcmu': 'ulaw',
};

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** The sync word of MPEG audio, followed by no reserved value (ISO 11172-3 §2.4.2.3). */
function isMpegFrame(bytes: Uint8Array): boolean {
  const [sync = 0, version = 0, rates = 0] = bytes;
  return (
    sync === 0xff &&
    (version & 0xe0) === 0xe0 &&
    (version & 0x18) !== 0x08 &&
    (version & 0x06) !== 0 &&
    (rates & 0xf0) !== 0xf0 &&
    (rates & 0x0c) !== 0x0c
  );
}

/**
 * What a file is, by its first bytes, which servers lie about less than by its media type. The type decides where the
 * bytes say nothing: bare µ-law and GSM, and MP3 with something before its first frame.
 */
export function soundKind(first: Uint8Array, contentType?: string): SoundKind | undefined {
  const typed = kinds[contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
  const magic = text(first, 0, 4);
  const form = text(first, 8, 12);
  if ((magic === 'RIFF' || magic === 'RF64') && form === 'WAVE') return 'wav';
  if (magic === 'FORM' && (form === 'AIFF' || form === 'AIFC')) return 'aiff';
  if (magic === '.snd') return 'au';
  if (typed === 'ulaw' || typed === 'gsm') return typed;
  if (magic.startsWith('ID3') || isMpegFrame(first)) return 'mp3';
  return typed === 'mp3' ? 'mp3' : undefined;
}
