import type { Transaction } from './transaction.ts';

/** Writes the body of an answer whose head is written, piece by piece, only as fast as the client takes it. */
export class PieceWriter {
  private readonly transaction: Transaction;
  private readonly total: number;
  private wake: (() => void) | undefined;

  /** `total`: bytes of the whole body. */
  constructor(transaction: Transaction, total: number) {
    this.transaction = transaction;
    this.total = total;
    const { release } = transaction;
    transaction.release = () => {
      release?.();
      this.wake?.();
    };
    transaction.response.onWritable(() => {
      this.wake?.();
      return true;
    });
  }

  /** Resolves when the piece has been taken: with it the whole body, or there is `more`; or the client has gone. */
  async write(piece: Buffer): Promise<'whole' | 'more' | 'gone'> {
    const { transaction, total } = this;
    const { response } = transaction;
    for (let rest = piece; ;) {
      if (transaction.state !== 'open') return 'gone';
      const before = response.getWriteOffset();
      let outcome: [accepted: boolean, finished: boolean] = [false, false];
      response.cork(() => {
        outcome = response.tryEnd(rest, total);
      });
      const [accepted, finished] = outcome;
      if (finished) {
        transaction.state = 'answered';
        return 'whole';
      }
      if (accepted) return 'more';
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      // TypeScript keeps the narrowing from before the wait, in which the client may have gone.
      if ((transaction.state as Transaction['state']) !== 'open') return 'gone';
      rest = rest.subarray(response.getWriteOffset() - before);
      if (rest.length === 0) return 'more';
    }
  }
}
