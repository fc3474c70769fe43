/** Gives the digits of a call to whoever listens now; nobody hears those of before. The latest listener hears alone. */
export class Digits {
  private readonly listeners: ((digit: string) => void)[] = [];

  /** Hears digits until the returned function is called. */
  listen(hear: (digit: string) => void): () => void {
    this.listeners.push(hear);
    return () => {
      const at = this.listeners.indexOf(hear);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  press(digit: string): void {
    this.listeners.at(-1)?.(digit);
  }
}
