/**
 * What Smart Encoding puts in place of each character (https://www.twilio.com/docs/messaging/services/smart-encoding-char-list):
 * every UTF-16 unit of `from` becomes `to`. None of them is in the GSM 7-bit alphabet.
 */
export const smartEncodingTable: readonly (readonly [from: string, to: string])[] = [
  // Double quotation marks
  ['\u00ab\u00bb\u201c\u201d\u201e\u02ba\u02ee\u201f\u275d\u275e\u301d\u301e\uff02', '"'],
  // Single quotation marks, apostrophes, accents that stand alone
  [
    '\u2018\u2019\u201b\u02bb\u02c8\u02bc\u02bd\u02b9\uff07\u00b4\u02ca\u0060\u02cb\u275b\u275c\u0313\u0314\ufe10\ufe11\u2017',
    "'",
  ],
  // Solidus, reverse solidus, low line, vertical line
  ['\u00f7\u29f8\u0337\u0338\u2044\u2215\uff0f', '/'],
  ['\u29f9\u29f5\u20e5\ufe68\uff3c', '\\'],
  ['\u0332\uff3f', '_'],
  ['\u20d2\u20d3\u2223\uff5c\u23b8\u23b9\u23d0\u239c\u239f', '|'],
  // Hyphens, dashes, bullet
  ['\u23bc\u23bd\u2015\ufe63\uff0d\u2010\u2013\u2014\u2043\u2022', '-'],
  // Signs
  ['\ufe6b\uff20', '@'],
  ['\ufe69\uff04', '$'],
  ['\u01c3\ufe15\ufe57\uff01', '!'],
  ['\u203c', '!!'],
  ['\ufe5f\uff03', '#'],
  ['\ufe6a\uff05', '%'],
  ['\ufe60\uff06', '&'],
  ['\u201a\u0326\ufe50\ufe51\uff0c\uff64\u3001', ','],
  ['\u2768\u276a\ufe59\uff08\u27ee\u2985', '('],
  ['\u2769\u276b\ufe5a\uff09\u27ef\u2986', ')'],
  [
    '\u204e\u2217\u229b\u2722\u2723\u2724\u2725\u2731\u2732\u2733\u273a\u273b\u273c\u273d\u2743\u2749\u274a\u274b\u29c6\ufe61\uff0a',
    '*',
  ],
  ['\u02d6\ufe62\uff0b', '+'],
  ['\u3002\ufe52\uff0e\uff61', '.'],
  ['\u2026', '...'],
  ['\u02d0\u02f8\u2982\ua789\ufe13\uff1a', ':'],
  ['\u204f\ufe14\ufe54\uff1b', ';'],
  // The two single angle quotation marks are documented this way round.
  ['\ufe64\uff1c\u203a', '<'],
  ['\u0347\ua78a\ufe66\uff1d', '='],
  ['\ufe65\uff1e\u2039', '>'],
  ['\ufe16\ufe56\uff1f', '?'],
  ['\u02c6\u0302\uff3e\u1dcd', '^'],
  ['\u2774\ufe5b\uff5b', '{'],
  ['\u2775\ufe5c\uff5d', '}'],
  ['\uff3b', '['],
  ['\uff3d', ']'],
  ['\u02dc\u02f7\u0303\u0330\u0334\u223c\uff5e', '~'],
  // Fractions
  ['\u00bc', '1/4'],
  ['\u00bd', '1/2'],
  ['\u00be', '3/4'],
  // Fullwidth digits
  ['\uff10', '0'],
  ['\uff11', '1'],
  ['\uff12', '2'],
  ['\uff13', '3'],
  ['\uff14', '4'],
  ['\uff15', '5'],
  ['\uff16', '6'],
  ['\uff17', '7'],
  ['\uff18', '8'],
  ['\uff19', '9'],
  // Fullwidth and small capital letters
  ['\uff21\u1d00', 'A'],
  ['\uff22\u0299', 'B'],
  ['\uff23\u1d04', 'C'],
  ['\uff24\u1d05', 'D'],
  ['\uff25\u1d07', 'E'],
  ['\uff26\ua730', 'F'],
  ['\uff27\u0262', 'G'],
  ['\uff28\u029c', 'H'],
  ['\uff29\u026a', 'I'],
  ['\uff2a\u1d0a', 'J'],
  ['\uff2b\u1d0b', 'K'],
  ['\uff2c\u029f', 'L'],
  ['\uff2d\u1d0d', 'M'],
  ['\uff2e\u0274', 'N'],
  ['\uff2f\u1d0f', 'O'],
  ['\uff30\u1d18', 'P'],
  ['\uff31', 'Q'],
  ['\uff32\u0280', 'R'],
  ['\uff33\ua731', 'S'],
  ['\uff34\u1d1b', 'T'],
  ['\uff35\u1d1c', 'U'],
  ['\uff36\u1d20', 'V'],
  ['\uff37\u1d21', 'W'],
  ['\uff38', 'X'],
  ['\uff39\u028f', 'Y'],
  ['\uff3a\u1d22', 'Z'],
  // Spaces of other widths, line and paragraph separators
  [
    '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029',
    ' ',
  ],
  ['\u0080\u008d\u0090\u009b\u009f', ' '],
  // Controls and characters of no width
  ['\u0009', '       '],
  ['\u0000\u0003\u0004\u0010\u0011\u0012\u0013\u0014\u0017\u0019\u200b\u2060\ufeff', ''],
];
