import { Socket } from 'node:net';
import Srf from 'drachtio-srf';
import type { Clock } from '../../control/base/clock.ts';
import type { PassOn } from '../../control/base/overheard.ts';
import type { Random } from '../../control/base/random.ts';
import { addressText } from '../../control/config/address.ts';
import { takeEnvironment } from '../../control/config/environment.ts';
import type { EventBus } from '../../control/events/bus.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { Registrations } from '../../control/sip-access/registrations.ts';
import type { Config } from '../config.ts';
import { machineHosts } from '../sip/drachtio/hosts-file.ts';
import { locatorOf } from '../sip/drachtio/locator.ts';
import type { EmbeddedSip } from '../sip/server.ts';
import type { SrfClient } from '../voice/srf/client.ts';
import type { Door } from '../voice/srf/door.ts';
import type { Stir } from '../voice/srf/stir.ts';
import { SrfSignalling } from '../voice/srf/srf-signalling.ts';
import { tenantReach } from '../voice/srf/tenant-reach.ts';
import { Trunk, type TrunkConfig } from '../voice/srf/trunk.ts';
import { openEmbeddedSip, sipListeners } from './embedded-sip.ts';

/** The SIP side of an edge: a server, embedded or elsewhere, and what drives it. */
export interface SipSide {
  readonly signalling: SrfSignalling;
  /** Where phones and carriers reach it, as `strowger up` prints it; what the configuration says of a server elsewhere. */
  readonly address: string;
  /** Resolves, with the reason, if the embedded server has died: this edge cannot be called any more. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;

/** Starts the embedded server, or finds the one that the configuration names, and connects to it. */
export async function openSip(
  config: Config,
  sip: NonNullable<Config['sip']>,
  door: Door,
  endpoints: Registrations,
  around: {
    readonly clock: Clock;
    readonly random: Random;
    readonly log: Log;
    readonly bus: EventBus;
    readonly metrics: Metrics;
    readonly stir: Stir | undefined;
    /** Takes what passes under TLS in the embedded server. */
    readonly overheard: PassOn | undefined;
  },
): Promise<SipSide> {
  const { clock, random, log, bus, metrics, stir } = around;
  const server =
    sip.server === 'embedded'
      ? await openEmbeddedSip(sip, config.media.announce, config.carriers, around)
      : undefined;
  takeEnvironment();
  const srf = new Srf() as unknown as SrfClient;
  const trunks = config.carriers.flatMap(({ name, sip: trunk }) =>
    trunk === undefined ? [] : [trunkOf(name, trunk)],
  );
  const signalling = new SrfSignalling({
    srf,
    clock,
    random,
    trunks,
    door,
    endpoints,
    reach: tenantReach({
      locator: locatorOf(machineHosts(), sipListeners(sip), clock, random),
      trunks: trunks.map((trunk) => new Trunk(trunk, clock)),
      allowPrivate: config.webhooks.allowPrivate,
    }),
    domain: config.domain,
    ...(stir === undefined ? {} : { stir }),
    observer: {
      trunk: (name, state) => {
        metrics.instruments.trunkUp(name).set(state === 'up' ? 1 : 0);
        log.info({ trunk: name, state }, 'trunk changed');
        bus.publish({ type: 'link.state', atMs: clock.now(), carrier: name, state, detail: 'SIP trunk' });
      },
      registration: (name, state, status) => {
        metrics.instruments.trunkRegistered(name).set(state === 'registered' ? 1 : 0);
        if (state === 'registered') log.info({ trunk: name }, 'trunk registered');
        else log.warn({ trunk: name, status }, 'trunk registration refused');
        const detail = `SIP registration (${status})`;
        const seen = state === 'registered' ? 'up' : 'down';
        bus.publish({ type: 'link.state', atMs: clock.now(), carrier: name, state: seen, detail });
      },
    },
  });
  const close = async (): Promise<void> => {
    await signalling.stop();
    disconnect(srf);
    await server?.close();
  };
  try {
    await connected(srf, server?.control ?? controlOf(sip.server), log);
  } catch (error) {
    await close();
    throw error;
  }
  const [first] = server?.listening ?? [];
  const [listen = { host: '', port: 0 }] = sip.listen;
  return {
    signalling,
    address: `sip:${addressText(first ?? listen)}`,
    lost: new Promise((resolve) => void server?.died.then(({ message }) => resolve(message))),
    close,
  };
}

/** A trunk as the configuration has it; the registrar is the proxy unless it says otherwise. */
function trunkOf(name: string, trunk: NonNullable<Config['carriers'][number]['sip']>): TrunkConfig {
  const { username, password, register, tls, ...rest } = trunk;
  const credentials = username === undefined || password === undefined ? undefined : { username, password };
  return {
    name,
    ...rest,
    subjects: tls?.subjects ?? [],
    ...(credentials === undefined ? {} : { credentials }),
    ...(register === null
      ? {}
      : {
          registration: {
            registrar: register.registrar ?? trunk.proxy,
            expiresSeconds: register.expiresSeconds,
          },
        }),
  };
}

/** `drachtio://:secret@host:9022`. */
function controlOf(url: string): EmbeddedSip['control'] {
  const { hostname, port, password } = new URL(url);
  return { host: hostname, port: port === '' ? 9022 : Number(port), secret: decodeURIComponent(password) };
}

/**
 * Ends the connection that stands. Where none does drachtio-srf would throw and go on trying to have one; given any
 * socket it tries no more.
 */
function disconnect(srf: SrfClient): void {
  try {
    srf.disconnect();
  } catch {
    srf.disconnect(new Socket());
  }
}

/** drachtio-srf connects, and connects again, by itself; the first time is awaited. */
function connected(srf: SrfClient, control: EmbeddedSip['control'], log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no SIP server answers at ${addressText(control)}`)),
      connectTimeoutMs,
    );
    srf.on('connect', (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    });
    srf.on('error', (error) => log.error({ error: error.message }, 'SIP control connection'));
    srf.connect(control);
  });
}
