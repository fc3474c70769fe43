/** An XML element of a document that has been read; entities are decoded, comments gone, CDATA is text. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Elements and runs of text, in document order. */
  readonly children: readonly (Element | string)[];
  /** Line of its start tag, from 1. */
  readonly line: number;
}

/** The element's own text: its runs joined, the text of child elements left out. */
export const textOf = (element: Element): string =>
  element.children.filter((child) => typeof child === 'string').join('');

/** The child elements, in order. */
export const elementsOf = (element: Element): readonly Element[] =>
  element.children.filter((child) => typeof child !== 'string');

/** XML white space only (XML 1.0 section 2.3): a no-break space is content. */
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/** `text` without XML white space at either end. */
export const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g, '');
