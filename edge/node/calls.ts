import type { Accounts } from '../../control/accounts/accounts.ts';
import type { AccountLimits } from '../../control/accounts/limits.ts';
import type { Applications } from '../../control/applications/applications.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { Bequests } from '../../control/billing/bequests.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { CallerIds } from '../../control/caller-ids/caller-ids.ts';
import { Validations } from '../../control/caller-ids/validations.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { Routes } from '../../control/routing/route.ts';
import type { SipDomain } from '../../control/sip-access/domain.ts';
import { Registrations } from '../../control/sip-access/registrations.ts';
import type { SipAccess } from '../../control/sip-access/sip-access.ts';
import type { Inventory } from '../../control/inventory/inventory.ts';
import type { Store } from '../../control/store/store.ts';
import { Renditions } from '../../media/audio/files/renditions.ts';
import { mendWav } from '../../media/audio/files/wav-mend.ts';
import { openMedia } from '../../media/open.ts';
import type { VoiceDeps as ApiVoice } from '../api/deps.ts';
import type { Config } from '../config.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { DigestServer } from '../sip/digest/server.ts';
import type { VoiceConfig } from '../voice/inbound/inbound.ts';
import { cutOff } from '../voice/live/live-call.ts';
import { DomainDoor } from '../voice/srf/domain-door.ts';
import { socketConnector } from '../voice/streams/socket.ts';
import { CallProbe } from '../trials/call-probe.ts';
import { Voice, type VoiceDeps } from '../voice/voice.ts';
import type { WebhookClient } from '../webhook/client.ts';
import type { Witnesses } from './observers.ts';
import { ClosedAccounts } from './closed-accounts.ts';
import { sipGuesses } from './guesses.ts';
import { openSip, type SipSide } from './sip.ts';
import { openSound } from './sound.ts';
import { openStir } from './stir.ts';
import { textingOf } from './texting.ts';
import { voiceObserver } from './voice-observer.ts';

/** The books that calls are led by. */
export interface CallBooks {
  readonly store: Store;
  readonly vault: VoiceDeps['vault'];
  readonly accounts: Accounts;
  readonly limits: Pick<AccountLimits, 'of'>;
  readonly applications: Applications;
  readonly sipAccess: SipAccess;
  readonly callerIds: CallerIds;
  readonly guards: Guards;
  readonly meter: Meter;
  readonly bequests: Pick<Bequests, 'leaving'>;
  readonly routes: Routes;
  readonly tenants: VoiceDeps['books'];
  readonly lookup: VoiceDeps['lookup'];
  readonly inventory: Inventory;
}

export interface CallsDeps {
  readonly books: CallBooks;
  readonly messaging: Messaging;
  readonly webhooks: WebhookClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly newSid: SidFactory;
  readonly witnesses: Witnesses;
  /** Where tenants find what we give them URLs of; known once the front door is open. */
  readonly publicOrigin: () => string;
  /** Notes how what has been opened is ended. */
  readonly opened: (close: () => void | Promise<void>) => void;
  /** Calls cannot be had any more: the edge is to be started anew. */
  readonly lost: (reason: string) => void;
}

/** Calls on one edge: what the node starts, shows and stops. */
export interface Calls {
  readonly voice: Voice;
  readonly sip: SipSide;
  readonly api: ApiVoice;
  /** Calls the edge's own numbers to test them. */
  readonly probe: CallProbe;
  /** Why no calls can be had any more; undefined while they can. */
  readonly lost: string | undefined;
}

/** Calls at a time on one edge, and outbound calls of one account that wait (Twilio's figure). */
const limits = { callsMax: 10_000, queuedMax: 86_400 } as const;

function urlsOf(domain: SipDomain | undefined): VoiceConfig | undefined {
  if (domain === undefined) return undefined;
  const { voiceStatusCallbackUrl: statusCallback, voiceStatusCallbackMethod: statusCallbackMethod } = domain;
  return { ...domain, statusCallback, statusCallbackMethod };
}

/** Opens SIP, sound and what leads calls; takes none before `voice.start()`. */
export async function openCalls(
  config: Config,
  sip: NonNullable<Config['sip']>,
  deps: CallsDeps,
): Promise<Calls> {
  const { books, clock, random, newSid, witnesses, webhooks, opened } = deps;
  const { log, metrics } = witnesses;
  const sound = await openSound(config, { webhooks, clock, log });
  opened(() => sound.close());
  const media = await openMedia({
    ...config.media,
    trouble: (reason) => {
      metrics.instruments.mediaTroubles().inc();
      log.error({ reason }, 'media');
    },
  });
  opened(() => media.close());
  const digest = new DigestServer({ clock, random, algorithms: sip.digest });
  const ownerOf = (e164: string) => books.inventory.ownerOf(e164);
  const stir = sip.stir === null ? undefined : await openStir(sip.stir, { webhooks, clock, random, ownerOf });
  const door = new DomainDoor(books.sipAccess, digest, sipGuesses(clock));
  const side = await openSip(config, sip, door, new Registrations(books.store), {
    clock,
    random,
    log,
    bus: witnesses.bus,
    metrics,
    stir,
    overheard: witnesses.captures.overheard,
  });
  opened(() => side.close());
  const { signalling } = side;
  const probe = new CallProbe({
    signalling,
    media,
    codecsTo: (destination) => signalling.codecs(destination),
    trunkState: (carrier) => signalling.trunkStates().find(({ name }) => name === carrier)?.state,
    clock,
    random,
  });
  const voice = new Voice({
    store: books.store,
    vault: books.vault,
    dataFolder: config.data,
    clock,
    newSid,
    books: books.tenants,
    lookup: books.lookup,
    isVerified: (accountSid, e164) => books.callerIds.isVerified(accountSid, e164),
    application: (accountSid, sid) => books.applications.fetch(accountSid, sid),
    domain: (accountSid, sid) => urlsOf(books.sipAccess.domains.fetch(accountSid, sid)),
    routes: books.routes,
    guards: books.guards,
    meter: books.meter,
    codecs: {
      from: (source) => signalling.codecs(source),
      to: (destination) => signalling.codecs(destination),
    },
    media,
    mendRecording: mendWav,
    signalling: probe.aside(signalling),
    speaker: sound.speaker,
    texting: textingOf(deps.messaging, () => books.bequests.leaving),
    recogniser: sound.recogniser,
    connectStream: socketConnector({ allowPrivate: config.webhooks.allowPrivate }),
    webhooks,
    observer: voiceObserver(witnesses),
    cpsOf: (account) => (account === undefined ? 0 : books.limits.of(account.sid).callsPerSecond),
    limits,
    publicOrigin: deps.publicOrigin,
  });
  opened(() => voice.stop());
  let lost: string | undefined;
  void side.lost.then((reason) => {
    lost = reason;
    log.error({ reason }, 'the SIP server is gone, and its calls with it');
    deps.lost(reason);
    return voice.stop(cutOff);
  });
  const closed = new ClosedAccounts(voice, books.accounts, clock);
  closed.start();
  deps.opened(() => closed.stop());
  return {
    voice,
    sip: side,
    probe,
    api: {
      voice,
      validations: new Validations(books.callerIds, voice.verifications, random),
      renditions: new Renditions(),
      durable: () => books.store.durable(),
    },
    get lost() {
      return lost;
    },
  };
}
