/** Lets one act at a time, and a bounded number wait. */
export class Turns {
  private readonly waitingMax: number;
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(waitingMax: number) {
    this.waitingMax = waitingMax;
  }

  /** What `act` resolves with, after all that came before; undefined at once where too many wait already. */
  async take<T>(act: () => Promise<T>): Promise<T | undefined> {
    if (this.waiting > this.waitingMax) return undefined;
    this.waiting++;
    const turn = this.last.then(act).finally(() => this.waiting--);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
