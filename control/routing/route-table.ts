/** One `routes` entry of a carrier, in the order of the configuration. */
export interface Route {
  readonly carrier: string;
  /** `+1`, `+4420`; `+` for every E.164 number; bare digits for short codes. */
  readonly prefix: string;
  readonly cost: number;
}

/** The part of a carrier's configuration that routing looks at. */
export interface RoutedCarrier {
  readonly name: string;
  readonly routes: readonly { readonly prefix: string; readonly cost: number }[];
}

interface Node {
  readonly next: (Node | undefined)[];
  /** Routes that end here. */
  readonly own: Route[];
  /** Every carrier for a number whose longest match is this node, best first. */
  candidates: readonly string[];
}

const none: readonly string[] = Object.freeze([]);
const newNode = (): Node => ({ next: [], own: [], candidates: none });

/**
 * Which carriers may take a number, best first: the longest matching prefix wins, then the lowest cost, then the
 * order given; carriers of shorter prefixes follow as fall-backs. A trie of digits, immutable once built; a look-up
 * walks at most 15 nodes and allocates nothing.
 */
export class RouteTable {
  private readonly e164 = newNode();
  private readonly bare = newNode();

  /** Prefixes must be as `routesPart` of the configuration admits them; others throw. */
  constructor(routes: readonly Route[]) {
    for (const route of routes) this.add(route);
    settle(this.e164, none);
    settle(this.bare, none);
  }

  static of(carriers: readonly RoutedCarrier[]): RouteTable {
    return new RouteTable(
      carriers.flatMap(({ name, routes }) =>
        routes.map(({ prefix, cost }) => ({ carrier: name, prefix, cost })),
      ),
    );
  }

  /** The carriers for an E.164 number or a short code, without duplicates; empty if none matches. */
  candidates(number: string): readonly string[] {
    const plus = number.charCodeAt(0) === 0x2b;
    let node = plus ? this.e164 : this.bare;
    for (let i = plus ? 1 : 0; i < number.length; i++) {
      const next = node.next[number.charCodeAt(i) - 0x30];
      if (next === undefined) break;
      node = next;
    }
    return node.candidates;
  }

  private add(route: Route): void {
    if (!/^(\+\d*|\d+)$/.test(route.prefix)) throw new Error(`not a route prefix: ${route.prefix}`);
    const plus = route.prefix.startsWith('+');
    let node = plus ? this.e164 : this.bare;
    for (const digit of plus ? route.prefix.slice(1) : route.prefix) {
      node = node.next[Number(digit)] ??= newNode();
    }
    node.own.push(route);
  }
}

/** Gives each node its list: its own routes by cost (the sort keeps the order given), then what its parent has. */
function settle(node: Node, inherited: readonly string[]): void {
  const own = node.own.sort((a, b) => a.cost - b.cost).map(({ carrier }) => carrier);
  node.candidates = own.length === 0 ? inherited : Object.freeze([...new Set([...own, ...inherited])]);
  for (const child of node.next) if (child !== undefined) settle(child, node.candidates);
}
