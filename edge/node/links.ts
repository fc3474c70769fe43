import type { Clock } from '../../control/base/clock.ts';
import { readMaterial, type Material } from '../../control/certificates/material.ts';
import type { EventBus } from '../../control/events/bus.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { CarrierConfig } from '../config.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Carrier } from '../messaging/outbound/carrier.ts';
import { SmppLink, type LinkState } from '../smpp/link.ts';
import type { DeliverSm } from '../smpp/message.ts';
import type { SmppObserver } from '../smpp/observer.ts';
import { status } from '../smpp/status.ts';
import { followMaterial } from './certificates.ts';

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
    readonly metrics: Metrics;
    /** Notes how what has been opened is ended. */
    readonly opened: (close: () => void) => void;
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
  around: Parameters<typeof openLinks>[2],
): CarrierLink {
  const { clock, log, bus, observer, claims } = around;
  let state: LinkState = 'down';
  const link = new SmppLink(
    linkConfig(name, smpp, followed(name, smpp, around)),
    {
      deliver: (sm, reply) => {
        if (claims(name, sm)) reply(status.ESME_ROK);
        else messaging().inbound.receive(name, smpp.defaultAlphabet, sm, reply);
      },
      capacity: () => messaging().outbound.roomAt(),
      stateChanged: (changed) => {
        state = changed;
        log.info({ link: name, state }, 'link changed');
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

/** What a link shows and trusts in TLS, kept as its files are: a change counts from the next connection on. */
function followed(
  name: string,
  { url, tls }: SmppConfig,
  around: Parameters<typeof openLinks>[2],
): (() => Material) | undefined {
  if (!url.tls) return undefined;
  const read = (): Material | string => readMaterial(tls);
  const first = read();
  if (typeof first === 'string') throw new Error(first);
  let material = first;
  around.opened(followMaterial(read, `carrier:${name}`, around, (next) => (material = next)));
  return () => material;
}

function linkConfig(
  name: string,
  smpp: SmppConfig,
  material: (() => Material) | undefined,
): ConstructorParameters<typeof SmppLink>[0] {
  const { url, tls, timers } = smpp;
  return {
    name,
    host: url.host,
    port: url.port,
    tls: url.tls,
    ...(tls.servername === undefined ? {} : { tlsServername: tls.servername }),
    ...(material === undefined ? {} : { tlsMaterial: material }),
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
