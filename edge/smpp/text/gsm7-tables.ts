/**
 * The 7-bit alphabets of 3GPP TS 23.038 as 128 characters each, eight rows of sixteen. In a locking table U+001B marks
 * the escape; in a single-shift table a space marks a position without a character.
 */

/** §6.2.1, the default alphabet (GSM 03.38). */
export const defaultAlphabet =
  '@£$¥èéùìòÇ\nØø\rÅå' +
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ' +
  ' !"#¤%&\'()*+,-./' +
  '0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNO' +
  'PQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmno' +
  'pqrstuvwxyzäöñüà';

/** §6.2.1.1, what follows an escape in the default alphabet. */
export const defaultExtension =
  '          \f     ' +
  '    ^           ' +
  '        {}     \\' +
  '            [~] ' +
  '|               ' +
  '                ' +
  '     €          ' +
  '                ';

/** Annex A.3: tables that replace the default alphabet, by national language identifier (UDH element 0x25). */
export const lockingShifts: Readonly<Record<number, string>> = {
  // Turkish, A.3.1
  1:
    '@£$¥€éùıòÇ\nĞğ\rÅå' +
    'Δ_ΦΓΛΩΠΨΣΘΞ\u001bŞşßÉ' +
    ' !"#¤%&\'()*+,-./' +
    '0123456789:;<=>?' +
    'İABCDEFGHIJKLMNO' +
    'PQRSTUVWXYZÄÖÑÜ§' +
    'çabcdefghijklmno' +
    'pqrstuvwxyzäöñüà',
  // Portuguese, A.3.3 (identifier 2, Spanish, has no locking table)
  3:
    '@£$¥êéúíóç\nÔô\rÁá' +
    'Δ_ªÇÀ∞^\\€Ó|\u001bÂâÊÉ' +
    ' !"#º%&\'()*+,-./' +
    '0123456789:;<=>?' +
    'ÍABCDEFGHIJKLMNO' +
    'PQRSTUVWXYZÃÕÚÜ§' +
    '~abcdefghijklmno' +
    'pqrstuvwxyzãõ`üà',
};

/** Annex A.2: tables for what follows an escape, by national language identifier (UDH element 0x24). */
export const singleShifts: Readonly<Record<number, string>> = {
  // Turkish, A.2.1
  1:
    '          \f     ' +
    '    ^           ' +
    '        {}     \\' +
    '            [~] ' +
    '|      Ğ İ      ' +
    '   Ş            ' +
    '   ç € ğ ı      ' +
    '   ş            ',
  // Spanish, A.2.2
  2:
    '         ç\f     ' +
    '    ^           ' +
    '        {}     \\' +
    '            [~] ' +
    '|Á       Í     Ó' +
    '     Ú          ' +
    ' á   €   í     ó' +
    '     ú          ',
  // Portuguese, A.2.3
  3:
    '     ê   ç\fÔô Áá' +
    '  ΦΓ^ΩΠΨΣΘ     Ê' +
    '        {}     \\' +
    '            [~] ' +
    '|À       Í     Ó' +
    '     Ú     ÃÕ   ' +
    ' Â   €   í     ó' +
    '     ú     ãõ  â',
};
