import type { Clock } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import { Keywords, type OptOutLanguage } from '../optouts/keywords.ts';
import { sidKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { MessagingService } from './service.ts';

/**
 * Advanced Opt-Out: the keywords and replies that a Messaging Service has of its own
 * (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out). Twilio has no API for them.
 */
export class ServiceOptOuts {
  private readonly store: Store;
  private readonly table: Table<Sid, readonly OptOutLanguage[]>;
  /** null: the service has none of its own. */
  private readonly known: Memory<Sid, Keywords | null>;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.table = store.table({ name: 'messaging-service-opt-outs', key: sidKey('MG'), version: 1 });
    this.known = new Memory(store, clock);
  }

  /** Empty while Advanced Opt-Out is off. */
  of({ sid }: MessagingService): readonly OptOutLanguage[] {
    return this.table.get(sid) ?? [];
  }

  /** An empty list turns Advanced Opt-Out off. */
  async set(service: MessagingService, languages: readonly OptOutLanguage[]): Promise<void> {
    await this.store.transact(() => this.put(service, languages));
  }

  /** Joins the transaction that removes the service. */
  put({ sid }: MessagingService, languages: readonly OptOutLanguage[]): void {
    if (languages.length === 0) this.table.remove(sid);
    else this.table.put(sid, languages);
  }

  /** For the path of every inbound message: the keywords of a service's own, if it has any. */
  recent(serviceSid: Sid): Keywords | undefined {
    const known = this.known.find(serviceSid);
    if (known !== undefined) return known ?? undefined;
    const languages = this.table.get(serviceSid);
    const keywords = languages === undefined ? null : new Keywords(languages);
    this.known.keep(serviceSid, keywords);
    return keywords ?? undefined;
  }
}
