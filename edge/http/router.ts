import type { Method, Product, Route } from '../api/exchange.ts';

/** What a path and method lead to. `unsupportedFormat`: the resource is there, but not as XML or CSV. */
export type Match =
  | { readonly kind: 'found'; readonly route: Route; readonly parts: Readonly<Record<string, string>> }
  | { readonly kind: 'wrongMethod'; readonly allow: string }
  | { readonly kind: 'notFound' | 'unsupportedFormat' };

/** `method` is undefined for one that no resource has. */
export type Router = (product: Product, method: Method | undefined, path: string) => Match;

interface Leaf {
  readonly route: Route;
  /** The names of the `{Name}` segments, in order. */
  readonly names: readonly string[];
}

/** The leaves of one path: with `.json` written and without. */
type Leaves = Partial<Record<Method, Leaf>>;

interface Node {
  readonly fixed: Map<string, Node>;
  any: Node | undefined;
  readonly json: Leaves;
  readonly bare: Leaves;
}

const node = (): Node => ({ fixed: new Map(), any: undefined, json: {}, bare: {} });
const segmentsMax = 16;
const notFound: Match = { kind: 'notFound' };
const unsupportedFormat: Match = { kind: 'unsupportedFormat' };

/** Compiles the registry into a tree of path segments. Two routes for one method and path are our own mistake. */
export function compileRoutes(routes: readonly Route[]): Router {
  const roots = new Map<Product, Node>();
  for (const route of routes) {
    let root = roots.get(route.product);
    if (root === undefined) roots.set(route.product, (root = node()));
    insert(root, route);
  }
  return (product, method, path) => {
    const root = roots.get(product);
    return root === undefined ? notFound : match(root, method, path);
  };
}

function insert(root: Node, route: Route): void {
  const names: string[] = [];
  let at = root;
  for (const segment of route.path.slice(1).split('/')) {
    if (segment.startsWith('{')) {
      names.push(segment.slice(1, -1));
      at = at.any ??= node();
    } else {
      let next = at.fixed.get(segment);
      if (next === undefined) at.fixed.set(segment, (next = node()));
      at = next;
    }
  }
  const leaf: Leaf = { route, names };
  for (const suffix of ['json', 'bare'] as const) {
    if (route.suffix !== undefined && route.suffix !== suffix) continue;
    if (at[suffix][route.method] !== undefined)
      throw new Error(`two routes for ${route.method} ${route.path}`);
    at[suffix][route.method] = leaf;
  }
}

function match(root: Node, method: Method | undefined, path: string): Match {
  const segments = path.split('/', segmentsMax + 2);
  if (segments.length > segmentsMax + 1 || segments[0] !== '') return notFound;
  // Only the 2010-04-01 API names formats by suffix (https://www.twilio.com/docs/usage/twilios-response).
  const format = segments[1] === '2010-04-01' ? takeFormat(segments) : 'bare';
  const values: string[] = [];
  const found = walk(root, segments, 1, values, format === 'bare' ? 'bare' : 'json');
  if (found === undefined) return notFound;
  if (format === 'other') return unsupportedFormat;
  const leaf = method === undefined ? undefined : found[format][method];
  if (leaf === undefined) return { kind: 'wrongMethod', allow: Object.keys(found[format]).join(', ') };
  const parts: Record<string, string> = {};
  for (let i = 0; i < leaf.names.length; i++) parts[leaf.names[i] ?? ''] = values[i] ?? '';
  return { kind: 'found', route: leaf.route, parts };
}

/** Cuts the format off the last segment. */
function takeFormat(segments: string[]): 'json' | 'bare' | 'other' {
  const last = segments.length - 1;
  const segment = segments[last] ?? '';
  const dot = segment.lastIndexOf('.');
  if (dot < 0) return 'bare';
  const suffix = segment.slice(dot);
  if (suffix !== '.json' && suffix !== '.xml' && suffix !== '.csv') return 'bare';
  segments[last] = segment.slice(0, dot);
  return suffix === '.json' ? 'json' : 'other';
}

/** The node of a path that has leaves, fixed segments first; `values` then holds what `{…}` segments matched. */
function walk(
  at: Node,
  segments: readonly string[],
  index: number,
  values: string[],
  leaves: 'json' | 'bare',
): Node | undefined {
  if (index === segments.length) return hasLeaf(at[leaves]) ? at : undefined;
  const segment = segments[index] ?? '';
  const fixed = at.fixed.get(segment);
  if (fixed !== undefined) {
    const found = walk(fixed, segments, index + 1, values, leaves);
    if (found !== undefined) return found;
  }
  if (at.any === undefined || segment === '') return undefined;
  const value = segment.includes('%') ? percentDecode(segment) : segment;
  if (value === undefined) return undefined;
  values.push(value);
  const found = walk(at.any, segments, index + 1, values, leaves);
  if (found === undefined) values.pop();
  return found;
}

function hasLeaf(leaves: Leaves): boolean {
  return leaves.GET !== undefined || leaves.POST !== undefined || leaves.DELETE !== undefined;
}

function percentDecode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
