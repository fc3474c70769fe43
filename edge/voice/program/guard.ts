/** Documents that a call may run through at once, and how fast it may go on after that. */
const burst = 100;
const perSecond = 1;

/**
 * Keeps an application from leading a call round in a circle: documents that follow each other without anything
 * heard or waited for between them use up the burst in a moment. One that loops over a <Gather> never meets it.
 */
export class DocumentGuard {
  private left = burst;
  private lastMs: number;

  constructor(nowMs: number) {
    this.lastMs = nowMs;
  }

  /** Whether another document may be asked for. */
  admit(nowMs: number): boolean {
    this.left = Math.min(burst, this.left + ((nowMs - this.lastMs) / 1000) * perSecond);
    this.lastMs = nowMs;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
