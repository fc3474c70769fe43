import { join } from 'node:path';

/** Where things are in the data directory. */
export interface DataLayout {
  /** What `Store` opens. */
  readonly storeDirectory: string;
  readonly storeFile: string;
  readonly keys: string;
  readonly media: string;
  /** Files of detail records. */
  readonly details: string;
  /** Where a running edge answers `strowger status` and `strowger trace`. */
  readonly controlSocket: string;
}

export const dataLayout = (data: string): DataLayout => ({
  storeDirectory: data,
  storeFile: join(data, 'store.lmdb'),
  keys: join(data, 'keys'),
  media: join(data, 'media'),
  details: join(data, 'details'),
  controlSocket: join(data, 'control.sock'),
});
