import type { AttributeTable } from './attributes.ts';
import type { Element } from './element.ts';
import type { Warnings } from './fault.ts';

/** What a document answers: each context has verbs of its own. */
export type Context = 'messaging';

/**
 * One row of the registry, and one file: everything there is to know of a verb up to running it. A verb that is
 * wrong beyond use gives undefined and leaves a warning; nothing of it will run.
 */
export interface VerbSpec<Parsed> {
  /** As it is written, case and all. */
  readonly name: string;
  readonly contexts: readonly Context[];
  readonly attributes: AttributeTable;
  /** Elements it may contain; others are warned of (12200) and passed over. */
  readonly children: readonly string[];
  readonly parse: (element: Element, warnings: Warnings) => Parsed | undefined;
}
