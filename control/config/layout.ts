import { join } from 'node:path';

/** Where things are in the data directory. */
export interface DataLayout {
  /** What `Store` opens. */
  readonly storeDirectory: string;
  readonly storeFile: string;
  readonly keys: string;
  readonly media: string;
  readonly recordings: string;
  /** The certificate authority of the SDK proxy, which applications have been told to trust. */
  readonly ca: string;
  /** Files of detail records. */
  readonly details: string;
  /** The ring of recent packets. */
  readonly captures: string;
  /** Where a running edge answers `strowger status` and `strowger trace`. */
  readonly controlSocket: string;
}

export const dataLayout = (data: string): DataLayout => ({
  storeDirectory: data,
  storeFile: join(data, 'store.lmdb'),
  keys: join(data, 'keys'),
  media: join(data, 'media'),
  recordings: join(data, 'recordings'),
  ca: join(data, 'ca'),
  details: join(data, 'details'),
  captures: join(data, 'captures'),
  controlSocket: join(data, 'control.sock'),
});

/** Where the door of an edge of this process number is reached by the one that succeeds it, or that it succeeds. */
export const doorSocket = (data: string, pid: number): string => join(data, `door-${pid}.sock`);

/** Of a file in the data directory: the process whose `doorSocket` it is; undefined if it is none. */
export function doorPid(name: string): number | undefined {
  const digits = /^door-(\d{1,10})\.sock$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The folders of files that a backup carries beside the store. Files are written before the rows that name them, so
 * copying them after the store misses none.
 */
export const keptFolders = [
  'media',
  'recordings',
  'details',
  'ca',
] as const satisfies readonly (keyof DataLayout)[];
