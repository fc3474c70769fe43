/** Splits a stream into lines of UTF-8. A line that grows beyond the bound ends it: `push` gives undefined from then on. */
export class LineSplitter {
  private readonly maxBytes: number;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private overrun = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** The lines that `chunk` completes, without their ends. */
  push(chunk: Buffer): readonly string[] | undefined {
    if (this.overrun) return undefined;
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      if (!this.keep(chunk.subarray(from, end))) return undefined;
      lines.push(Buffer.concat(this.pending).toString('utf8'));
      this.pending = [];
      this.pendingBytes = 0;
      from = end + 1;
    }
    return this.keep(chunk.subarray(from)) ? lines : undefined;
  }

  private keep(bytes: Buffer): boolean {
    this.pendingBytes += bytes.length;
    this.overrun = this.pendingBytes > this.maxBytes;
    if (this.overrun) this.pending = [];
    else if (bytes.length > 0) this.pending.push(bytes);
    return !this.overrun;
  }
}
