import type { AttributeTable } from './attributes.ts';
import { elementsOf, type Element } from './element.ts';
import type { Warnings } from './fault.ts';

/** What a document answers: each context has verbs of its own. */
export type Context = 'messaging' | 'voice';

/** A verb or a noun: everything there is to know of an element up to running it. */
export interface ElementSpec<Parsed> {
  /** As it is written, case and all. */
  readonly name: string;
  readonly attributes: AttributeTable;
  /** Elements it may contain; others are warned of and passed over. */
  readonly children: readonly string[] | 'any';
  /** The number of that warning. Default: 12200. */
  readonly childFault?: number;
  /** Use `readElement`. An element that is wrong beyond use gives undefined and leaves a warning: nothing of it runs. */
  readonly parse: (element: Element, warnings: Warnings) => Parsed | undefined;
}

/** One row of the registry, and one file. */
export interface VerbSpec<Parsed> extends ElementSpec<Parsed> {
  readonly contexts: readonly Context[];
}

/** Reads an element by its spec: warns of children that have no place in it, then parses it. */
export function readElement<Parsed>(
  spec: ElementSpec<Parsed>,
  element: Element,
  warnings: Warnings,
): Parsed | undefined {
  for (const child of elementsOf(element)) {
    if (spec.children !== 'any' && !spec.children.includes(child.name)) {
      warnings.add(spec.childFault ?? 12200, `<${child.name}> has no place in <${element.name}>`, child.line);
    }
  }
  return spec.parse(element, warnings);
}

/** The children that `specs` know, in order. */
export function readChildren<Parsed>(
  element: Element,
  specs: readonly ElementSpec<Parsed>[],
  warnings: Warnings,
): readonly Parsed[] {
  const found: Parsed[] = [];
  for (const child of elementsOf(element)) {
    const spec = specs.find(({ name }) => name === child.name);
    const parsed = spec === undefined ? undefined : readElement(spec, child, warnings);
    if (parsed !== undefined) found.push(parsed);
  }
  return found;
}
