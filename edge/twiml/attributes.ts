import type { Element } from './element.ts';
import type { Warnings } from './fault.ts';

/** How an attribute is read, and the warning when its value is not of its kind: then it counts as not given. */
export type AttributeSpec =
  | { readonly kind: 'text' }
  | { readonly kind: 'method'; readonly fault: number }
  /** Absolute, or relative to the document that holds it. */
  | { readonly kind: 'url'; readonly fault: number };

/** Attribute name (case counts) → how it is read. */
export type AttributeTable = Readonly<Record<string, AttributeSpec>>;

export type HttpMethod = 'GET' | 'POST';

type ValueOf<Spec extends AttributeSpec> = Spec extends { kind: 'method' } ? HttpMethod : string;

/** The attributes that were given and are valid. */
export type Attributes<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueOf<Table[Name]>;
};

/** Whether `text` is an http or https URL, or a reference that becomes one against the document's own. */
export function isWebUrl(text: string): boolean {
  const base = 'http://document.invalid/';
  if (!URL.canParse(text, base)) return false;
  const { protocol } = new URL(text, base);
  return protocol === 'http:' || protocol === 'https:';
}

function valueOf(spec: AttributeSpec, raw: string): string | undefined {
  switch (spec.kind) {
    case 'text':
      return raw.trim();
    case 'method': {
      // Twilio's own documents and SDKs write it in capitals; other cases are common and mean the same.
      const method = raw.trim().toUpperCase();
      return method === 'GET' || method === 'POST' ? method : undefined;
    }
    case 'url': {
      const url = raw.trim();
      return isWebUrl(url) ? url : undefined;
    }
  }
}

/** Namespace declarations and `xml:`, `xsi:` attributes are XML's affair, and no fault of a TwiML document. */
const ofXml = /^(?:xmlns(?::|$)|xml:|xsi:)/;

/** Reads an element's attributes by its table. Unknown ones are warned of (12200), empty ones count as not given. */
export function readAttributes<const Table extends AttributeTable>(
  element: Element,
  table: Table,
  warnings: Warnings,
): Attributes<Table> {
  const found: Record<string, string> = {};
  for (const [name, raw] of element.attributes) {
    const spec = Object.hasOwn(table, name) ? table[name] : undefined;
    if (spec === undefined) {
      if (!ofXml.test(name)) {
        warnings.add(12200, `<${element.name}> has no attribute ${name}`, element.line);
      }
      continue;
    }
    if (raw.trim() === '') continue;
    const value = valueOf(spec, raw);
    if (value !== undefined) found[name] = value;
    else if (spec.kind !== 'text') {
      warnings.add(spec.fault, `${name} of <${element.name}> is not valid and was ignored`, element.line);
    }
  }
  return found as Attributes<Table>;
}
