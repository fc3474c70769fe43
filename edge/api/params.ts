import type { Params } from './exchange.ts';

const none: readonly string[] = [];

/** Parameters as a flat list, read in linear time: requests carry a handful, and the front door bounds their number. */
export class ParamList implements Params {
  private readonly pairs: string[] = [];

  /** A list of these pairs, in this order. */
  static of(pairs: Iterable<readonly [name: string, value: string]>): ParamList {
    const list = new ParamList();
    for (const [name, value] of pairs) list.add(name, value);
    return list;
  }

  add(name: string, value: string): void {
    this.pairs.push(name, value);
  }

  /** How many pairs there are. */
  get size(): number {
    return this.pairs.length / 2;
  }

  get(name: string): string | undefined {
    for (let i = this.pairs.length - 2; i >= 0; i -= 2) if (this.pairs[i] === name) return this.pairs[i + 1];
    return undefined;
  }

  all(name: string): readonly string[] {
    let found: string[] | undefined;
    for (let i = 0; i < this.pairs.length; i += 2) {
      const value = this.pairs[i + 1];
      if (this.pairs[i] === name && value !== undefined) (found ??= []).push(value);
    }
    return found ?? none;
  }

  has(name: string): boolean {
    for (let i = 0; i < this.pairs.length; i += 2) if (this.pairs[i] === name) return true;
    return false;
  }

  names(): readonly string[] {
    const seen = new Set<string>();
    for (let i = 0; i < this.pairs.length; i += 2) seen.add(this.pairs[i] ?? '');
    return [...seen];
  }
}

/** No parameters at all. */
export const noParams: Params = new ParamList();
