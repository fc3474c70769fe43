/** Ends one thing that was opened. `yielding`: another process is to go on with its work at once. */
export type Closer = (yielding?: boolean) => void | Promise<void>;

/** How each of the things that an edge has opened is ended, in the order of opening. */
export class Closers {
  private entries: { readonly close: Closer; readonly lasting: boolean }[] = [];

  readonly add = (close: Closer): void => {
    this.entries.push({ close, lasting: false });
  };

  /** For what calls in progress need: it is not ended when another process takes over. */
  readonly addLasting = (close: Closer): void => {
    this.entries.push({ close, lasting: true });
  };

  /** Ends everything that does not last, the latest first: another process is to have it. */
  async yield(): Promise<void> {
    const passing = this.entries.filter(({ lasting }) => !lasting);
    this.entries = this.entries.filter(({ lasting }) => lasting);
    for (const { close } of passing.reverse()) await close(true);
  }

  /** Ends everything that there still is, the latest first. */
  async close(): Promise<void> {
    for (const { close } of this.entries.splice(0).reverse()) await close(false);
  }
}
