import type { Account } from '../../control/accounts/account.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Sid, SidFactory } from '../../control/base/sid.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { Routes } from '../../control/routing/route.ts';
import type { Store } from '../../control/store/store.ts';
import type { Vault } from '../../control/vault/vault.ts';
import type { Codec, Media } from '../../media/media.ts';
import type { Recogniser } from '../../media/speech/recogniser.ts';
import type { WebhookClient } from '../webhook/client.ts';
import type { TenantBooks } from '../webhook/tenants.ts';
import type { VoiceConfig } from './inbound/inbound.ts';
import type { VoiceObserver } from './observer.ts';
import type { MendRecording } from './recordings/recordings.ts';
import type { CallSource, Destination, Signalling } from './signalling.ts';
import type { Speaker } from './speaker.ts';
import type { ConnectSocket } from './streams/socket.ts';
import type { Texting } from './texting.ts';

/** What the life of calls is built on. */
export interface VoiceDeps {
  readonly store: Store;
  readonly vault: Pick<Vault, 'seal' | 'unseal' | 'hash' | 'matches'>;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly books: TenantBooks & { readonly activeAccount: (sid: Sid) => Account | undefined };
  readonly lookup: (e164: string) => PhoneNumber | undefined;
  /** Whether an account has verified this number as its caller ID. */
  readonly isVerified: (accountSid: Sid, e164: string) => boolean;
  readonly application: (accountSid: Sid, sid: Sid) => VoiceConfig | undefined;
  /** A SIP domain's URLs. */
  readonly domain: (accountSid: Sid, sid: Sid) => VoiceConfig | undefined;
  readonly routes: Routes;
  readonly guards: Pick<Guards, 'call' | 'took' | 'callEnded' | 'refusesInbound' | 'spent'>;
  readonly meter: Meter;
  readonly codecs: {
    readonly from: (source: CallSource) => readonly Codec[];
    readonly to: (destination: Destination) => readonly Codec[];
  };
  readonly media: Media;
  readonly mendRecording: MendRecording;
  readonly signalling: Signalling;
  readonly speaker: Speaker;
  readonly texting: Texting;
  readonly recogniser: Recogniser;
  readonly connectStream: ConnectSocket;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly observer: VoiceObserver;
  /** Outbound calls a second of an account. */
  readonly cpsOf: (account: Account | undefined) => number;
  readonly limits: { readonly queuedMax: number; readonly callsMax: number };
  /** `https://api.<domain>`, once the front door is open. */
  readonly publicOrigin: () => string;
}
