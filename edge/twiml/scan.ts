import { isBlank } from './element.ts';
import { limits } from './limits.ts';

/** What the scan refuses: where, and why. */
export interface ScanFault {
  readonly index: number;
  readonly reason: string;
}

/** The index after the next `end` from `from`, or -1. */
function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  return found === -1 ? -1 : found + end.length;
}

interface Tag {
  readonly end: number;
  readonly selfClosing: boolean;
}

/** Reads a tag from its `<` to its `>`; quotes may hold a `>` but never a `<` (XML 1.0 section 2.3, AttValue). */
function readTag(text: string, start: number): Tag | ScanFault {
  let attributes = 0;
  for (let index = start + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '>') return { end: index + 1, selfClosing: text.charAt(index - 1) === '/' };
    if (character === '<') return { index, reason: 'a tag is not closed' };
    if (character === '"' || character === "'") {
      const close = text.indexOf(character, index + 1);
      const open = text.indexOf('<', index + 1);
      if (close === -1) return { index, reason: 'a quote is not closed' };
      if (open !== -1 && open < close)
        return { index: open, reason: 'a < in an attribute must be written &lt;' };
      if (++attributes > limits.attributesPerElement) {
        return { index: start, reason: `more than ${limits.attributesPerElement} attributes on an element` };
      }
      index = close;
    }
  }
  return { index: start, reason: 'a tag is not closed' };
}

/**
 * One pass over the markup before the XML library sees it: a DOCTYPE is refused, and tags are counted, so that what
 * follows works on a document of bounded depth and size. It knows where comments, CDATA and quotes are, so that
 * nothing hides in them. It sees to the one root element, which the library does not; the rest of well-formedness is
 * the library's.
 */
export function scan(text: string): ScanFault | undefined {
  let depth = 0;
  let elements = 0;
  let roots = 0;
  let previousEnd = 0;
  for (let index = text.indexOf('<'); index !== -1;) {
    let end: number;
    if (depth === 0 && !isBlank(text.slice(previousEnd, index))) {
      return { index: previousEnd, reason: 'there is text outside the root element' };
    }
    if (text.startsWith('<!--', index)) {
      end = after(text, '-->', index + 4);
      if (end === -1) return { index, reason: 'a comment is not closed' };
    } else if (text.startsWith('<![CDATA[', index)) {
      end = after(text, ']]>', index + 9);
      if (depth === 0) return { index, reason: 'there is text outside the root element' };
      if (end === -1) return { index, reason: 'a CDATA section is not closed' };
    } else if (text.startsWith('<?', index)) {
      end = after(text, '?>', index + 2);
      if (end === -1) return { index, reason: 'a processing instruction is not closed' };
      // XML 1.0 section 2.8: the declaration comes first, without so much as a space before it.
      if (index > 0 && /^<\?xml\s/i.test(text.slice(index, index + 6))) {
        return { index, reason: 'the XML declaration must be the very first thing in the document' };
      }
    } else if (text.startsWith('<!', index)) {
      return { index, reason: 'a document type (DOCTYPE) is not accepted' };
    } else {
      const tag = readTag(text, index);
      if ('reason' in tag) return tag;
      end = tag.end;
      if (text.charAt(index + 1) === '/') depth--;
      else {
        if (depth === 0 && ++roots > 1) return { index, reason: 'there is more than one root element' };
        if (++elements > limits.elements) return { index, reason: `more than ${limits.elements} elements` };
        if (!tag.selfClosing && ++depth > limits.depth) {
          return { index, reason: `elements are nested more than ${limits.depth} deep` };
        }
      }
    }
    previousEnd = end;
    index = text.indexOf('<', end);
  }
  if (!isBlank(text.slice(previousEnd))) {
    return {
      index: previousEnd,
      reason: 'there is text outside the root element, or an element is not closed',
    };
  }
  return undefined;
}
