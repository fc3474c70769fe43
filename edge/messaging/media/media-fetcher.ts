import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import { beyond, bytesKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import type { Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import { JobRunner, type JobEnd, type JobLoad } from '../../../control/jobs/job-runner.ts';
import type { Ledger } from '../store/ledger.ts';
import type { MediaStore } from './media-store.ts';

/** MediaUrls not fetched yet, by message. */
const wantedTable: TableSpec<Buffer, readonly string[]> = { name: 'wanted-media', key: bytesKey, version: 1 };

/** All media of a message together (https://www.twilio.com/docs/messaging/guides/accepted-mime-types). */
const totalMaxBytes = 5 * 1024 * 1024;

/** Twilio's codes: the media cannot be had; no carrier here takes media. */
const invalidMedia = 21620;
const noInterconnect = 30011;

/**
 * Fetches the media of outbound messages and keeps them. No carrier of this edge has an interconnect for media yet,
 * so such a message then fails with Twilio's code for that; its media stay, to be fetched by the tenant.
 */
export class MediaFetcher {
  private readonly deps: {
    readonly ledger: Ledger;
    readonly media: MediaStore;
    readonly webhooks: Pick<WebhookClient, 'fetchMedia'>;
    readonly books: TenantBooks;
    readonly clock: Clock;
    readonly observer: MessagingObserver;
  };
  private readonly wanted: Table<Buffer, readonly string[]>;
  private readonly runner: JobRunner;

  constructor(store: Store, deps: MediaFetcher['deps']) {
    this.deps = deps;
    this.wanted = store.table(wantedTable);
    this.runner = new JobRunner({
      clock: deps.clock,
      concurrency: 8,
      ownerOf: (id) => deps.ledger.messages.get(id)?.accountNo,
      run: (id) => this.fetch(id),
      pending: (after) => this.wanted.keys(beyond(after)),
    });
  }

  start(): void {
    this.runner.start();
  }

  /** Begins nothing new; resolves when what is under way has ended and is written. */
  rest(): Promise<void> {
    return this.runner.rest();
  }

  stop(): void {
    this.runner.stop();
  }

  get load(): JobLoad {
    return this.runner.load;
  }

  /** Notes what a message wants; joins the write of the message. */
  want(message: Message, urls: readonly string[]): void {
    this.wanted.put(sidBytes(message.sid), urls);
  }

  due(message: Message): void {
    this.runner.due(sidBytes(message.sid));
  }

  private async fetch(id: Buffer): Promise<JobEnd> {
    const { ledger, books } = this.deps;
    const urls = this.wanted.get(id);
    const message = ledger.messages.get(id);
    const account = message === undefined ? undefined : books.accountByNo(message.accountNo);
    let errorCode = noInterconnect;
    if (urls !== undefined && message !== undefined && account !== undefined) {
      let left = totalMaxBytes;
      for (const url of urls.slice(this.deps.media.of(message.sid).length)) {
        const fetched = await this.deps.webhooks.fetchMedia(url, { maxBytes: left, account: account.sid });
        if (!fetched.ok) {
          errorCode = invalidMedia;
          const { code, detail } = fetched.error;
          this.deps.observer.alert(account, {
            code,
            sid: message.sid,
            detail,
            url,
            method: 'GET',
            signedUrl: '',
            signature: '',
            status: 0,
          });
          break;
        }
        left -= fetched.value.bytes.length;
        await this.deps.media.keep(account.sid, message.sid, fetched.value.contentType, fetched.value.bytes);
      }
    }
    this.wanted.remove(id);
    const latest = ledger.messages.get(id);
    if (latest?.status === 'queued') ledger.change(latest, { status: 'failed', errorCode });
    await ledger.durable();
    return { kind: 'done' };
  }
}
