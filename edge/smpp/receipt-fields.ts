/** What the text of a receipt says (SMPP 3.4 appendix B), each as it stands there. */
export interface ReceiptFields {
  readonly id?: string;
  readonly state?: string;
  readonly error?: string;
  /** YYMMDDhhmm, without seconds and century where the SMSC adds them. */
  readonly doneDate?: string;
}

/** A receipt's own text is some 130 characters; what stands beyond this is not read. */
const examinedMax = 1024;

/** A message_id has 64 characters at most (SMPP 3.4 §5.2.23, with its NUL 65 octets); nothing else is longer. */
const valueMax = 64;

/** A field's name at the beginning or after a separator. Spaces inside the dates' names vary. */
const name =
  /(?:^|[\s,;|])(id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat(?:us|e)?|err(?:or)?(?:[ _]?code)?|text|msg)[ ]?[:=]/gi;

type Field = 'id' | 'stat' | 'err' | 'done' | 'text' | 'other';

function fieldOf(written: string): Field {
  const lower = written.toLowerCase();
  if (lower === 'id') return 'id';
  if (lower.startsWith('stat')) return 'stat';
  if (lower.startsWith('err')) return 'err';
  if (lower.startsWith('done')) return 'done';
  return lower === 'text' || lower === 'msg' ? 'text' : 'other';
}

const isTime = (digits: string): boolean => {
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    digits.slice(6, 8) < '24' &&
    digits.slice(8, 10) < '60'
  );
};

/**
 * YYMMDDhhmm from what SMSCs write: that, with seconds after it, with a four-digit year, or with separators;
 * undefined if no reading is a date.
 */
export function receiptDate(written: string): string | undefined {
  if (/^\d{10}$/.test(written)) return isTime(written) ? written : undefined;
  const digits = written.replace(/\D/g, '').slice(0, 14);
  const short = digits.slice(0, 10);
  if (short.length === 10 && digits.length <= 12 && isTime(short)) return short;
  const withoutCentury = digits.slice(2, 12);
  return digits.startsWith('20') && withoutCentury.length === 10 && isTime(withoutCentury)
    ? withoutCentury
    : undefined;
}

/** The form of appendix B to the letter, which nearly every receipt has: one match instead of a search. */
const standardForm =
  /^id:(\S{1,64}) sub:\d{3} dlvrd:\d{3} submit date:\d{10} done date:(\d{10,12}) stat:(\w{1,64}) err:(\w{1,64})(?: |$)/;

function standardFields(text: string): ReceiptFields | undefined {
  const match = standardForm.exec(text);
  if (match === null) return undefined;
  const [, id = '', done = '', state = '', error = ''] = match;
  // Other separators may hide a field inside the id.
  if (/[,;|]/.test(id)) return undefined;
  const doneDate = receiptDate(done);
  return doneDate === undefined ? { id, state, error } : { id, state, error, doneDate };
}

/** Any order, any case, anything missing. */
export function searchedFields(text: string): ReceiptFields {
  const matches = [...text.matchAll(name)];
  const values = new Map<Field, string>();
  for (const [i, match] of matches.entries()) {
    const field = fieldOf(match[1] ?? '');
    if (field === 'text' && (values.has('id') || values.has('stat'))) break;
    if (field === 'text' || field === 'other' || values.has(field)) continue;
    const value = text.slice(match.index + match[0].length, matches[i + 1]?.index).trim();
    // Only the dates may contain spaces.
    const word = field === 'done' ? value : (value.split(/[\s,;|]/, 1)[0] ?? '');
    if (word !== '' && word.length <= valueMax) values.set(field, word);
  }
  const id = values.get('id');
  const state = values.get('stat');
  const error = values.get('err');
  const doneDate = receiptDate(values.get('done') ?? '');
  return {
    ...(id === undefined ? {} : { id }),
    ...(state === undefined ? {} : { state }),
    ...(error === undefined ? {} : { error }),
    ...(doneDate === undefined ? {} : { doneDate }),
  };
}

/**
 * Reads the fields of a receipt's text in any order and case; a missing or empty one is left out, and of a repeated
 * one the first counts. What follows `text:` was written by whoever sent the message, so it is read only where
 * neither id nor stat has come before it.
 */
export function receiptFields(receipt: string): ReceiptFields {
  const text = receipt.slice(0, examinedMax);
  return standardFields(text) ?? searchedFields(text);
}
