import { OptOuts } from '../../control/optouts/optouts.ts';
import type { Config } from '../config.ts';
import { Messaging, type MessagingDeps } from '../messaging/messaging.ts';
import type { Books } from './books.ts';

/** What messages ask of the rooms around them. */
export interface MessagesDeps extends Pick<
  MessagingDeps,
  'clock' | 'newSid' | 'lookup' | 'guards' | 'routes' | 'carriers' | 'webhooks' | 'observer' | 'publicOrigin'
> {
  readonly books: Pick<Books, 'store' | 'inventory' | 'messagingServices' | 'meter'>;
  readonly tenants: MessagingDeps['books'];
}

/** The life of messages, as the configuration has it. It begins with `start`. */
export function openMessaging(config: Config, { books, tenants, ...around }: MessagesDeps): Messaging {
  const { messages } = config;
  const messaging = new Messaging({
    ...around,
    store: books.store,
    dataFolder: config.data,
    books: tenants,
    ownerOf: (e164) => books.inventory.ownerOf(e164),
    services: books.messagingServices,
    optOuts: new OptOuts(books.store),
    optOutLanguages: messages.optOut,
    meter: books.meter,
    senders: config.senders,
    limits: {
      queueSegmentsMax: messages.queueSegmentsMax,
      validityMaxMs: messages.validityPeriodMaxSeconds * 1000,
      inboundReassemblyMs: messages.inboundReassemblyMs,
      receiptsAwaitedMs: messages.receiptsAwaitedHours * 3_600_000,
      deliveriesKeptMs: messages.deliveriesKeptHours * 3_600_000,
    },
  });
  for (const { name, smpp } of config.carriers) {
    if (smpp !== undefined) messaging.receipts.forms.assume(name, smpp.messageIds);
  }
  return messaging;
}
