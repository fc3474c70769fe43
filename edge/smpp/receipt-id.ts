/**
 * How the message_id in a link's receipts is written, compared with its submit_sm_resp. SMPP 3.4 leaves the form to
 * the SMSC, and some write a hexadecimal number in one place and the same number in decimal in the other.
 */
export type IdForm =
  | 'same'
  /** The receipt has in decimal what submit_sm_resp had in hexadecimal. */
  | 'receiptDecimal'
  /** The receipt has in hexadecimal what submit_sm_resp had in decimal. */
  | 'receiptHexadecimal'
  | 'unknown';

/** A message_id's characters (SMPP 3.4 §4.4.2: 65 octets with the NUL). */
const idMax = 64;

/**
 * The key under which the message_id of a submit_sm_resp is kept: trimmed; a hexadecimal or decimal number without
 * leading zeros and in lower case; any other id unchanged, for its case may matter. '' if there is no usable id.
 */
export function idKey(id: string): string {
  const trimmed = id.trim();
  if (trimmed.length > idMax || !/^[0-9a-f]+$/i.test(trimmed)) return trimmed.length > idMax ? '' : trimmed;
  return trimmed.replace(/^0+(?=.)/, '').toLowerCase();
}

const toDecimal = (key: string): string | undefined =>
  /^[0-9a-f]+$/.test(key) ? BigInt(`0x${key}`).toString(10) : undefined;

const toHexadecimal = (key: string): string | undefined =>
  /^[0-9]+$/.test(key) ? BigInt(key).toString(16) : undefined;

/**
 * The keys (as `idKey` makes them) under which the message of a receipt may be found, in the order to try them. The
 * first is the id as it stands, so on most links one look-up does. Once a link has shown its form, pass it: then
 * there is one key only. While the form is unknown the further keys are guesses; a match on one of them holds only if
 * the receipt's source_addr is the message's recipient, because on a link that counts upwards in decimal some other
 * message has that number too.
 */
export function idForms(id: string, form: IdForm = 'unknown'): string[] {
  const key = idKey(id);
  if (key === '') return [];
  switch (form) {
    case 'same':
      return [key];
    case 'receiptDecimal':
      return [toHexadecimal(key) ?? key];
    case 'receiptHexadecimal':
      return [toDecimal(key) ?? key];
    case 'unknown': {
      const forms = new Set([key, toHexadecimal(key) ?? key, toDecimal(key) ?? key]);
      return [...forms];
    }
  }
}

/** What form a link has shown when the receipt's id `id` was found under `key`; unknown if every form gives `key`. */
export function idFormOf(id: string, key: string): IdForm {
  const own = idKey(id);
  const decimal = toDecimal(own) ?? own;
  const hexadecimal = toHexadecimal(own) ?? own;
  if (decimal === own && hexadecimal === own) return 'unknown';
  if (key === own) return 'same';
  if (key === hexadecimal) return 'receiptDecimal';
  return key === decimal ? 'receiptHexadecimal' : 'unknown';
}
