import { mkdir, unlink, writeFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes, type Sid, type SidFactory } from '../../../control/base/sid.ts';
import { bytesKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';

/** One media file of a message. */
export interface Media {
  readonly sid: Sid;
  readonly messageSid: Sid;
  readonly accountSid: Sid;
  readonly contentType: string;
  readonly bytes: number;
  readonly createdMs: number;
}

/** `message id(16) media id(16)`. */
const mediaTable: TableSpec<Buffer, Media> = { name: 'media', key: bytesKey, version: 1 };

const idLength = 16;

/** Media files under the data folder, and the rows that tell whose they are. */
export class MediaStore {
  private readonly folder: string;
  private readonly table: Table<Buffer, Media>;
  private readonly durable: () => Promise<void>;
  private readonly clock: Clock;
  private readonly newSid: SidFactory;

  constructor(store: Store, dataFolder: string, clock: Clock, newSid: SidFactory) {
    this.folder = join(dataFolder, 'media');
    this.table = store.table(mediaTable);
    this.durable = () => store.durable();
    this.clock = clock;
    this.newSid = newSid;
  }

  /** Keeps a file; resolves once file and row are on disk. */
  async keep(accountSid: Sid, messageSid: Sid, contentType: string, bytes: Buffer): Promise<Media> {
    const sid = this.newSid('ME');
    const media = {
      sid,
      messageSid,
      accountSid,
      contentType,
      bytes: bytes.length,
      createdMs: this.clock.now(),
    };
    const path = this.pathOf(media);
    await mkdir(join(this.folder, accountSid), { recursive: true, mode: 0o750 });
    await writeFile(`${path}.part`, bytes, { mode: 0o640, flush: true });
    await rename(`${path}.part`, path);
    this.table.put(keyOf(messageSid, sid), media);
    await this.durable();
    return media;
  }

  find(messageSid: Sid, sid: Sid): Media | undefined {
    return this.table.get(keyOf(messageSid, sid));
  }

  /** All media of a message, oldest first; there are at most ten. */
  of(messageSid: Sid): readonly Media[] {
    const start = Buffer.concat([sidBytes(messageSid), Buffer.alloc(idLength)]);
    const end = Buffer.concat([sidBytes(messageSid), Buffer.alloc(idLength, 0xff)]);
    return Array.from(this.table.entries({ start, end }), ([, media]) => media);
  }

  /** Removes a media's row, then its file; resolves once that is on disk. */
  async remove(media: Media): Promise<void> {
    this.table.remove(keyOf(media.messageSid, media.sid));
    await this.durable();
    await unlink(this.pathOf(media)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }

  pathOf(media: Media): string {
    return join(this.folder, media.accountSid, media.sid);
  }
}

const keyOf = (messageSid: Sid, sid: Sid): Buffer => Buffer.concat([sidBytes(messageSid), sidBytes(sid)]);
