import { parse } from 'csv-parse/sync';
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import type { RejectedLine, Rejections } from '../inventory/import.ts';

/** What is read back of a former run's: enough for the lines that are shown. */
const readMax = 1000;

/** Rejected lines as CSV (`line,reason,text`) in a file, which exists only if there are some. */
export class RejectedFile implements Rejections {
  /** The first ones. */
  readonly first: RejectedLine[] = [];
  private readonly path: string;
  private descriptor: number | undefined;
  private length = 0;
  private waiting: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  add(rejected: RejectedLine, text: string): void {
    if (this.first.length < readMax) this.first.push(rejected);
    const line = Buffer.from(text.replace(/[\r\n]+$/, ''), 'latin1').toString('utf8');
    this.waiting.push(`${rejected.line},${quoted(rejected.reason)},${quoted(line)}\n`);
    if (this.waiting.length >= readMax) this.flush();
  }

  flush(): number {
    if (this.waiting.length > 0) {
      this.descriptor ??= openSync(this.path, this.length === 0 ? 'w' : 'r+');
      const header = this.length === 0 ? 'line,reason,text\n' : '';
      this.length += writeSync(this.descriptor, header + this.waiting.join(''), this.length);
      this.waiting = [];
    }
    return this.length;
  }

  rewind(length: number): boolean {
    this.close();
    if (length === 0) {
      rmSync(this.path, { force: true });
      return true;
    }
    const stats = statSync(this.path, { throwIfNoEntry: false });
    if (stats === undefined || stats.size < length) return false;
    this.descriptor = openSync(this.path, 'r+');
    ftruncateSync(this.descriptor, length);
    this.length = length;
    const rows = parse(readFileSync(this.path), { from_line: 2, to: readMax });
    for (const [line = '', reason = ''] of rows) this.first.push({ line: Number(line), reason });
    return true;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
