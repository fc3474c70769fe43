import type { z } from 'zod';
import type { ConfigDocument } from './document.ts';
import { pathText, type Fault, type Path } from './fault.ts';

type Issue = z.core.$ZodIssue;

/** Everything that is wrong with a document, in the order of its lines: missing variables, and what the schema found. */
export function faultsOf(issues: readonly Issue[], document: ConfigDocument): readonly Fault[] {
  const missing = new Set(document.missing.map(({ path }) => path));
  const found = issues
    .flatMap((issue) => placed(issue, document.value))
    .map(({ path, message }) => ({ path: pathText(path), line: document.lineOf(path), message }))
    // The schema can only complain about the text that stands in for a missing variable.
    .filter(({ path }) => !missing.has(path));
  return [...document.missing, ...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

interface Placed {
  readonly path: Path;
  readonly message: string;
}

function placed(issue: Issue, root: unknown): readonly Placed[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown key' }));
  }
  if (at(root, path) === undefined) return [{ path, message: 'is required' }];
  return [{ path, message: words(issue) }];
}

function words(issue: Issue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return `expected ${shapes.get(issue.expected) ?? issue.expected}`;
}

const shapes: ReadonlyMap<string, string> = new Map([
  ['object', 'a mapping of keys to values'],
  ['record', 'a mapping of keys to values'],
  ['array', 'a list'],
]);

function at(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
