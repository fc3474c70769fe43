import { redactText } from '../log/redact.ts';

/** A property of a resource, as an audit log shows it. */
export type Shown = string | number | boolean | null;

/** What became of one property: `previous` is missing where there was none, `updated` where there is none any more. */
export interface Change {
  readonly previous?: Shown;
  readonly updated?: Shown;
}

export type Changes = Readonly<Record<string, Change>>;

type Fields = Readonly<Record<string, unknown>>;

/** What every row has, and what the event says itself. */
const unsaid: ReadonlySet<string> = new Set(['sid', 'accountSid', 'createdMs', 'updatedMs']);

const textMax = 300;
const propertiesMax = 60;
const secret = '[secret]';

/**
 * What differs between two states of a row, under the names that REST gives its properties. Bytes are hashes and sealed
 * secrets: that they changed is shown, and never what they are. Passwords in URLs are struck out. Empty: nothing differs.
 */
export function changesOf(before: Fields | undefined, after: Fields | undefined): Changes {
  const changes: Record<string, Change> = {};
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  for (const name of [...names].slice(0, propertiesMax)) {
    const previous = before?.[name];
    const updated = after?.[name];
    if (unsaid.has(name) || isSame(previous, updated)) continue;
    changes[snakeCase(name)] = {
      ...(previous === undefined ? {} : { previous: shown(previous) }),
      ...(updated === undefined ? {} : { updated: shown(updated) }),
    };
  }
  return changes;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

function shown(value: unknown): Shown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return value;
    case 'string':
      return cut(redactText(value));
    case 'object':
      if (value === null) return null;
      return ArrayBuffer.isView(value) ? secret : cut(redactText(JSON.stringify(value, withoutBytes)));
    default:
      return null;
  }
}

/** Buffers have become objects of this form when JSON.stringify asks. */
const withoutBytes = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' ? secret : value;

const cut = (text: string): string => (text.length > textMax ? `${text.slice(0, textMax)}…` : text);

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
