/** What an SMSC means by data_coding 0, as the operator configures it for a carrier. */
export type DefaultAlphabet = 'gsm7' | 'latin1' | 'ascii' | 'utf8';

/** How the octets of a short message are to be read. */
export type Coding =
  | 'default'
  | 'ascii'
  | 'latin1'
  | 'ucs2'
  | 'jis'
  | 'iso2022jp'
  | 'eucjp'
  | 'cyrillic'
  | 'hebrew'
  | 'korean'
  | 'binary';

/** SMPP 3.4 §5.2.19, values 0 to 15. Reserved ones are read as the SMSC's default alphabet. */
const smppCodings: readonly Coding[] = [
  'default',
  'ascii', // IA5
  'binary', // octets unspecified
  'latin1', // ISO-8859-1
  'binary', // octets unspecified
  'jis', // X 0208-1990
  'cyrillic', // ISO-8859-5
  'hebrew', // ISO-8859-8
  'ucs2',
  'jis', // pictograms, which are an extension of Shift JIS
  'iso2022jp', // music codes
  'default',
  'default',
  'eucjp', // extended kanji, X 0212-1990
  'korean', // KS C 5601
  'default',
];

/** 3GPP TS 23.038 §4, bits 3 and 2 of a general data coding indication. */
const gsmAlphabets: readonly Coding[] = ['default', 'binary', 'ucs2', 'default'];

/** The values above 15, which SMPP leaves to GSM's data coding scheme (TS 23.038 §4). */
function gsmCoding(dataCoding: number): Coding {
  const group = dataCoding >> 4;
  // General, without and with automatic deletion; bit 5 says compressed, which nobody sends and we do not expand.
  if (group <= 7)
    return (dataCoding & 0x20) !== 0 ? 'binary' : (gsmAlphabets[(dataCoding >> 2) & 3] ?? 'default');
  if (group === 0xe) return 'ucs2'; // message waiting, stored, UCS2
  if (group === 0xf) return (dataCoding & 4) !== 0 ? 'binary' : 'default'; // message class
  return 'default'; // reserved, and message waiting in the default alphabet
}

const codings: readonly Coding[] = Array.from(
  { length: 256 },
  (_, value) => smppCodings[value] ?? gsmCoding(value),
);

/** How a short message with this data_coding (one octet) is to be read. SMPP's own values come before GSM's. */
export const codingOf = (dataCoding: number): Coding => codings[dataCoding & 0xff] ?? 'default';
