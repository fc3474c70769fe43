import type { Freshness } from './fetch.ts';

export interface Known {
  /** Of the prepared sound, in the store. */
  readonly key: string;
  readonly freshness: Freshness;
}

/** What has been learnt of URLs: which sound each one gave and how long that holds. The least recently used go first. */
export class UrlIndex {
  private readonly rows = new Map<string, Known>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.rows.size;
  }

  find(url: string): Known | undefined {
    const row = this.rows.get(url);
    if (row === undefined) return undefined;
    this.rows.delete(url);
    this.rows.set(url, row);
    return row;
  }

  set(url: string, known: Known): void {
    this.rows.delete(url);
    this.rows.set(url, known);
    if (this.rows.size <= this.max) return;
    const [oldest] = this.rows.keys();
    if (oldest !== undefined) this.rows.delete(oldest);
  }

  forget(url: string): void {
    this.rows.delete(url);
  }
}
