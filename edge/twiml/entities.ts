/** The five entities that XML predefines (XML 1.0 section 4.6). Others need a DTD, and DTDs are refused. */
const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0's Char production (section 2.2): what a document may contain, written out or as a reference. */
function isChar(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}

/** Thrown through the XML library's callbacks, which have no other way out, and caught in `document.ts`. */
export class MarkupError extends Error {}

/** `text` with its references replaced, once: what a reference yields is never read as a reference again. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,8});|#([0-9]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?/g,
    (reference, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) {
        const character = Object.hasOwn(predefined, name) ? predefined[name] : undefined;
        if (character === undefined) throw new MarkupError(`the entity ${reference} is not defined`);
        return character;
      }
      if (hex === undefined && decimal === undefined) throw new MarkupError('an & must be written &amp;');
      const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
      if (!isChar(code)) throw new MarkupError(`the character ${reference} is not allowed in XML`);
      return String.fromCodePoint(code);
    },
  );
}

const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** The first character that XML does not allow, as its index; -1 if there is none. */
export const forbiddenCharacter = (text: string): number => text.search(forbidden);

/** `text` as XML's text or attribute value: references for what is markup, without what XML does not allow. */
export const encodeEntities = (text: string): string =>
  text.replace(forbidden, '').replace(/[&<>"]/g, (character) => escapes[character] ?? '');
