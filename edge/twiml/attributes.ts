import type { Element } from './element.ts';
import type { Warnings } from './fault.ts';

/**
 * How an attribute is read: the warning when its value is not of its kind (then it counts as not given), and the
 * value when it is not given, if there is one.
 */
export type AttributeSpec =
  | { readonly kind: 'text'; readonly default?: string }
  | { readonly kind: 'method'; readonly fault: number; readonly default?: HttpMethod }
  /** Absolute, or relative to the document that holds it. `empty`: an empty one is a value of its own. */
  | { readonly kind: 'url'; readonly fault: number; readonly empty?: true; readonly default?: string }
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly fault: number;
      readonly default?: number;
    }
  | { readonly kind: 'boolean'; readonly fault: number; readonly default?: boolean }
  | {
      readonly kind: 'choice';
      readonly values: readonly string[];
      readonly fault: number;
      readonly default?: string;
    }
  /** Several of `values`, separated by white space or commas; a stranger among them is warned of and left out. */
  | {
      readonly kind: 'choices';
      readonly values: readonly string[];
      readonly fault: number;
      readonly default?: readonly string[];
    }
  /** Text of a form. `empty`: an empty one is a value of its own. */
  | {
      readonly kind: 'pattern';
      readonly pattern: RegExp;
      readonly fault: number;
      readonly empty?: true;
      readonly default?: string;
    };

/** Attribute name (case counts) → how it is read. */
export type AttributeTable = Readonly<Record<string, AttributeSpec>>;

export type HttpMethod = 'GET' | 'POST';

type ValueOf<Spec extends AttributeSpec> = Spec extends { kind: 'method' }
  ? HttpMethod
  : Spec extends { kind: 'integer' }
    ? number
    : Spec extends { kind: 'boolean' }
      ? boolean
      : Spec extends { kind: 'choice'; values: readonly (infer Value)[] }
        ? Value
        : Spec extends { kind: 'choices'; values: readonly (infer Value)[] }
          ? readonly Value[]
          : string;

type WithDefault<Table extends AttributeTable> = {
  [Name in keyof Table]: Table[Name] extends { readonly default: unknown } ? Name : never;
}[keyof Table];

/** The attributes that were given and are valid, and the defaults of the others. */
export type Attributes<Table extends AttributeTable> = {
  readonly [Name in WithDefault<Table>]: ValueOf<Table[Name]>;
} & {
  readonly [Name in Exclude<keyof Table, WithDefault<Table>>]?: ValueOf<Table[Name]>;
};

/** Whether `text` is an http or https URL, or a reference that becomes one against the document's own. */
export function isWebUrl(text: string): boolean {
  const base = 'http://document.invalid/';
  if (!URL.canParse(text, base)) return false;
  const { protocol } = new URL(text, base);
  return protocol === 'http:' || protocol === 'https:';
}

type Value = string | number | boolean | readonly string[];

/** The value of `raw`, which is trimmed; `stranger` hears of members of a list that are none of its values. */
function valueOf(spec: AttributeSpec, raw: string, stranger: () => void): Value | undefined {
  switch (spec.kind) {
    case 'text':
      return raw;
    case 'method': {
      // Twilio's own documents and SDKs write it in capitals; other cases are common and mean the same.
      const method = raw.toUpperCase();
      return method === 'GET' || method === 'POST' ? method : undefined;
    }
    case 'url':
      return isWebUrl(raw) ? raw : undefined;
    case 'integer': {
      const number = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
      return number >= spec.min && number <= spec.max ? number : undefined;
    }
    case 'boolean': {
      const word = raw.toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    }
    case 'choice':
      return spec.values.find((value) => value.toLowerCase() === raw.toLowerCase());
    case 'choices': {
      const words = new Set(raw.toLowerCase().split(/[\s,]+/));
      const chosen = spec.values.filter((value) => words.delete(value.toLowerCase()));
      words.delete('');
      if (chosen.length > 0 && words.size > 0) stranger();
      return chosen.length > 0 ? chosen : undefined;
    }
    case 'pattern':
      return spec.pattern.test(raw) ? raw : undefined;
  }
}

/** Namespace declarations and `xml:`, `xsi:` attributes are XML's affair, and no fault of a TwiML document. */
const ofXml = /^(?:xmlns(?::|$)|xml:|xsi:)/;

/**
 * Reads an element's attributes by its table. Unknown ones are warned of (12200); empty ones count as not given,
 * save where the table says otherwise.
 */
export function readAttributes<const Table extends AttributeTable>(
  element: Element,
  table: Table,
  warnings: Warnings,
): Attributes<Table> {
  const found: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(table)) {
    if (spec.default !== undefined) found[name] = spec.default;
  }
  for (const [name, written] of element.attributes) {
    const spec = Object.hasOwn(table, name) ? table[name] : undefined;
    if (spec === undefined) {
      if (!ofXml.test(name)) {
        warnings.add(12200, `<${element.name}> has no attribute ${name}`, element.line);
      }
      continue;
    }
    const raw = written.trim();
    if (raw === '') {
      if ('empty' in spec) found[name] = '';
      continue;
    }
    const complain = (what: string): void => {
      if (spec.kind !== 'text')
        warnings.add(spec.fault, `${name} of <${element.name}> ${what}`, element.line);
    };
    const value = valueOf(spec, raw, () => {
      complain('holds a value that is not known');
    });
    if (value === undefined) complain('is not valid and was ignored');
    else found[name] = value;
  }
  return found as Attributes<Table>;
}

/** `fields` without those that are undefined: an optional property is there or it is not. */
export function optional<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
