import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSegmentFile, type SegmentName } from './segment-name.ts';

/** A file of the ring as it is on disk. */
export interface Segment extends SegmentName {
  readonly path: string;
  readonly bytes: number;
  /** When its last packet was written. */
  readonly endMs: number;
}

/** All of a ring's segments, oldest first; none if there is no ring. */
export function listSegments(directory: string): readonly Segment[] {
  let files: readonly string[];
  try {
    files = readdirSync(directory).sort();
  } catch {
    return [];
  }
  return files.flatMap((file) => {
    const name = parseSegmentFile(file);
    if (name === undefined) return [];
    const path = join(directory, file);
    // The ring goes on while it is looked at.
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ ...name, path, bytes: stats.size, endMs: stats.mtimeMs }];
  });
}
