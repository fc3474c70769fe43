import { XMLParser, XMLValidator, type XMLMetaData } from 'fast-xml-parser';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Element } from './element.ts';
import { decodeEntities, forbiddenCharacter, MarkupError } from './entities.ts';
import { fault, type Fault } from './fault.ts';
import { limits } from './limits.ts';
import { scan } from './scan.ts';

/** The XML library's node when order is preserved: one key names the element, `:@` holds its attributes. */
interface RawNode {
  readonly [name: string]: unknown;
  readonly ':@'?: Readonly<Record<string, string>>;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  // Values stay the text they are: "007", " a " and "true" are what their author wrote.
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  captureMetaData: true,
  maxNestedTags: limits.depth,
  jPath: false,
  onDangerousProperty: (name) => name,
  entityDecoder: {
    decode: decodeEntities,
    // Only a DOCTYPE brings entities of its own. The scan has refused it; this is the second lock.
    addInputEntities: () => {
      throw new MarkupError('a document type (DOCTYPE) is not accepted');
    },
    setExternalEntities: () => undefined,
    reset: () => undefined,
    setXmlVersion: () => undefined,
  },
});

const metaData = XMLParser.getMetaDataSymbol() as symbol;

/** Turns an index into a line; asked with rising indices it walks the text once. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let seen = 0;
  return (index) => {
    for (; seen < index; seen++) if (text.charCodeAt(seen) === 10) line++;
    return line;
  };
}

function toElement(node: RawNode, name: string, lineAt: (index: number) => number): Element {
  const { startIndex } = (node as Record<symbol, XMLMetaData>)[metaData] ?? {};
  const line = lineAt(startIndex ?? 0);
  const children: (Element | string)[] = [];
  for (const child of node[name] as readonly RawNode[]) {
    const childName = Object.keys(child).find((key) => key !== ':@') ?? '';
    if (childName === '#text') children.push(String(child['#text']));
    else children.push(toElement(child, childName, lineAt));
  }
  return { name, attributes: new Map(Object.entries(node[':@'] ?? {})), children, line };
}

const lineOf = (text: string, index: number): number => lineCounter(text)(index);

/**
 * Reads a well-formed XML document into its root element, within `limits`. Whatever is wrong is 12100 with a line.
 * Namespaces are not resolved: TwiML has none.
 */
export function readDocument(source: string): Result<Element, Fault> {
  // XML 1.0 section 2.11: line ends are one line feed before anything else is looked at.
  const text = source.replace(/\r\n?/g, '\n');
  const forbidden = forbiddenCharacter(text);
  if (forbidden !== -1) {
    return fail(fault(12100, 'a character that XML does not allow', lineOf(text, forbidden)));
  }
  const refused = scan(text);
  if (refused !== undefined) return fail(fault(12100, refused.reason, lineOf(text, refused.index)));
  try {
    // The parser alone forgives what is not well-formed. Deprecated in favour of a package of its own, the validator
    // is the same code, and comes with the parser's version.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const valid = XMLValidator.validate(text);
    if (valid !== true) return fail(fault(12100, valid.err.msg, valid.err.line));
    const nodes = parser.parse(text) as readonly RawNode[];
    for (const node of nodes) {
      const name = Object.keys(node).find((key) => key !== ':@');
      if (name !== undefined && name !== '#text') return ok(toElement(node, name, lineCounter(text)));
    }
    return fail(fault(12100, 'there is no root element'));
  } catch (error) {
    // The library reports what it refuses by throwing; nothing of ours runs inside but the entity decoder.
    return fail(fault(12100, error instanceof Error ? error.message : 'the document cannot be read'));
  }
}
