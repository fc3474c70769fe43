import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import type { Environment } from './environment.ts';
import { pathText, type Fault, type Path } from './fault.ts';

/** A configuration file as plain data, with its `${NAME}` filled in, and the way back to its lines. */
export interface ConfigDocument {
  readonly value: unknown;
  /** Variables that are missing; their places hold ''. */
  readonly missing: readonly Fault[];
  /** The line of what is at `path`, or of the nearest thing around it that the file does contain. */
  lineOf(path: Path): number;
}

/** Reads YAML 1.2. An empty file is an empty mapping. */
export function parseConfigDocument(
  text: string,
  environment: Environment,
): Result<ConfigDocument, readonly Fault[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false });
  // A warning is an unknown tag or directive: nothing that a configuration of ours contains.
  const malformed = [...document.errors, ...document.warnings];
  if (malformed.length > 0) {
    return fail(
      malformed.map(({ pos, message }) => ({ path: '', line: lines.linePos(pos[0]).line, message })),
    );
  }
  const lineOf = (path: Path): number => lines.linePos(offsetOf(document, path)).line;
  let tree: unknown;
  try {
    tree = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // An alias that leads nowhere, or aliases that multiply beyond the bound.
    return fail([{ path: '', line: 1, message: error instanceof Error ? error.message : 'bad alias' }]);
  }
  const missing: Fault[] = [];
  const value = interpolate(tree, environment, [], (path, message) => {
    missing.push({ path: pathText(path), line: lineOf(path), message });
  });
  return ok({ value, missing, lineOf });
}

type Report = (path: Path, message: string) => void;

/** Fills `${NAME}` into every text value; `$${` stands for `${` itself. Keys are left alone. */
function interpolate(value: unknown, environment: Environment, path: Path, report: Report): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g, (match, name: string | undefined) => {
      if (match === '$${') return '${';
      if (name === undefined) {
        report(path, 'expected a variable written ${NAME}; write $${ for the characters themselves');
        return '';
      }
      const found = environment(name);
      if (found === undefined) report(path, `the environment variable ${name} is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => interpolate(item, environment, [...path, index], report));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        interpolate(item, environment, [...path, key], report),
      ]),
    );
  }
  return value;
}

/** Where the key of the last step begins; for a step that the file does not contain, where its parent does. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? start(node) : 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!isPair(pair)) break;
      if (isNode(pair.key)) offset = start(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (!isNode(node)) break;
      offset = start(node);
    } else {
      break;
    }
  }
  return offset;
}

const start = (node: Node): number => node.range?.[0] ?? 0;
