import { readFileSync } from 'node:fs';
import type { Clock } from '../../control/base/clock.ts';
import type { EventBus } from '../../control/events/bus.ts';
import type { Log } from '../../control/log/log.ts';
import type { CarrierConfig } from '../config.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Carrier } from '../messaging/outbound/carrier.ts';
import { SmppLink, type LinkState } from '../smpp/link.ts';
import type { DeliverSm } from '../smpp/message.ts';
import type { SmppObserver } from '../smpp/observer.ts';
import { status } from '../smpp/status.ts';

/** A carrier's SMPP link with what the edge knows of it. */
export interface CarrierLink extends Carrier {
  readonly link: SmppLink;
  readonly state: LinkState;
}

type SmppConfig = NonNullable<CarrierConfig['smpp']>;

/** The link of each carrier that has one. Messaging is built on them, so it is asked for when they first need it. */
export function openLinks(
  carriers: readonly CarrierConfig[],
  messaging: () => Messaging,
  around: {
    readonly clock: Clock;
    readonly log: Log;
    readonly bus: EventBus;
    readonly observer: SmppObserver;
    /** Whether a carrier brings what this edge itself has sent to one of its numbers, to test it. */
    readonly claims: (carrier: string, sm: DeliverSm) => boolean;
  },
): ReadonlyMap<string, CarrierLink> {
  const links = new Map<string, CarrierLink>();
  for (const { name, smpp } of carriers) {
    if (smpp !== undefined) links.set(name, openLink(name, smpp, messaging, around));
  }
  return links;
}

function openLink(
  name: string,
  smpp: SmppConfig,
  messaging: () => Messaging,
  { clock, log, bus, observer, claims }: Parameters<typeof openLinks>[2],
): CarrierLink {
  let state: LinkState = 'down';
  const link = new SmppLink(
    linkConfig(name, smpp),
    {
      deliver: (sm, reply) => {
        if (claims(name, sm)) reply(status.ESME_ROK);
        else messaging().inbound.receive(name, smpp.defaultAlphabet, sm, reply);
      },
      capacity: () => messaging().outbound.roomAt(),
      stateChanged: (changed) => {
        state = changed;
        log.info({ carrier: name, state }, 'link changed');
        bus.publish({
          type: 'link.state',
          atMs: clock.now(),
          carrier: name,
          state: state === 'bound' ? 'up' : 'down',
          detail: state,
        });
        messaging().outbound.roomAt();
      },
    },
    { clock, log, observer },
  );
  return {
    name,
    link,
    format: {
      defaultAlphabet: smpp.defaultAlphabet,
      longMessages: smpp.longMessages,
      source: smpp.addressing.source,
      destination: smpp.addressing.destination,
      tlvs: smpp.tlvs,
    },
    get state() {
      return state;
    },
    get up() {
      return state === 'bound';
    },
    capacity: () => link.capacity(),
    submit: (sm, done) => link.submit(sm, done),
  };
}

function linkConfig(name: string, smpp: SmppConfig): ConstructorParameters<typeof SmppLink>[0] {
  const { url, tls, timers } = smpp;
  return {
    name,
    host: url.host,
    port: url.port,
    tls: url.tls,
    ...(tls.ca === undefined ? {} : { tlsCa: readFileSync(tls.ca, 'utf8') }),
    ...(tls.servername === undefined ? {} : { tlsServername: tls.servername }),
    ...(tls.certificate === undefined ? {} : { tlsCertificate: readFileSync(tls.certificate, 'utf8') }),
    ...(tls.key === undefined ? {} : { tlsKey: readFileSync(tls.key, 'utf8') }),
    tlsInsecure: tls.insecure,
    systemId: url.systemId,
    password: url.password,
    systemType: smpp.systemType,
    bind: smpp.bind === 'pair' ? 'split' : smpp.bind,
    window: smpp.window,
    sessions: smpp.sessions,
    throughput: smpp.throughput,
    interfaceVersion: smpp.version === '5.0' ? 0x50 : 0x34,
    reconnectMinMs: timers.reconnectMinMs,
    reconnectMaxMs: timers.reconnectMaxMs,
    timers,
  };
}
