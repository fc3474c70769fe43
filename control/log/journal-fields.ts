import type { JournalField } from './journal-entry.ts';

/** Every field of ours begins so; names that begin with an underscore are journald's own. */
const prefix = 'STROWGER_';
/** What journald takes. */
const nameMax = 64;
/** Of one line. */
const fieldsMax = 32;

/** What a SID names, by its prefix: whichever field of a line it stands in, `journalctl STROWGER_CALL=CA…` finds it. */
const sidNames: ReadonlyMap<string, string> = new Map([
  ['AC', 'ACCOUNT'],
  ['CA', 'CALL'],
  ['CF', 'CONFERENCE'],
  ['MG', 'SERVICE'],
  ['MM', 'MESSAGE'],
  ['NO', 'ALERT'],
  ['PN', 'NUMBER'],
  ['RE', 'RECORDING'],
  ['RQ', 'REQUEST'],
  ['SM', 'MESSAGE'],
]);

/** Fields of the log whose names in the journal are not just theirs in capitals. A link or trunk is its carrier's. */
const names: ReadonlyMap<string, readonly string[]> = new Map([
  ['link', ['LINK', 'CARRIER']],
  ['trunk', ['TRUNK', 'CARRIER']],
  ['requestId', ['REQUEST']],
  ['code', ['ERROR_CODE']],
]);

/** What the journal has fields of its own for. */
const elsewhere = new Set(['time', 'level', 'message']);

const sidText = /^([A-Z]{2})[0-9a-f]{32}$/;

/**
 * The fields of a line of the log as the journal's, SIDs first. What is no text, number or truth value is its JSON; what
 * is nothing is left out.
 */
export function journalFields(fields: Readonly<Record<string, unknown>>): readonly JournalField[] {
  const named: JournalField[] = [];
  const others: JournalField[] = [];
  for (const [name, value] of Object.entries(fields).slice(0, fieldsMax)) {
    if (value === null || value === undefined || elsewhere.has(name)) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const kind = sidNames.get(sidText.exec(text)?.[1] ?? '');
    if (kind !== undefined) named.push([prefix + kind, text]);
    else for (const ours of names.get(name) ?? [capitals(name)]) others.push([journalName(ours), text]);
  }
  return [...named, ...others];
}

/** `errorCode` as `ERROR_CODE`. */
const capitals = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

/** A name that journald takes: A to Z, 0 to 9 and underscores. */
const journalName = (name: string): string => (prefix + name.replace(/[^A-Z0-9_]/g, '_')).slice(0, nameMax);
