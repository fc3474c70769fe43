import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { Dialogs } from '../dialog/dialogs.ts';
import { TransactionLayer } from '../transaction/layer.ts';
import type { LayerOptions } from '../transaction/layer.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { Endpoint, TransportName } from '../transport/flow.ts';
import type { TlsMaterial } from '../transport/tls-material.ts';
import type { AppConnection } from './app.ts';
import { Arrivals } from './arrivals.ts';
import type { CallDialog } from './call-dialog.ts';
import { ControlPort } from './control.ts';
import type { ControlOptions } from './control.ts';
import { sipUri } from './core.ts';
import type { Core } from './core.ts';
import type { Inbound } from './inbound.ts';
import { locatorOf } from './locator.ts';
import { silentLog } from './observer.ts';
import type { Log } from './observer.ts';
import { Orders } from './orders.ts';
import type { Outbound } from './outbound.ts';
import { defaultOverloadLimits, Overload } from './overload.ts';
import type { OverloadLimits } from './overload.ts';
import { peerLocator } from './peer-locator.ts';
import { Proxies } from './proxies.ts';
import { terminate } from './terminate.ts';

/** The version of the control protocol that we speak, as its server tells it. */
const protocolVersion = 'v0.9.4';
/** How long the dialogs of an application that has gone wait for it, or for another of its kind. */
const orphanMs = 30_000;

export interface DrachtioOptions extends LayerOptions {
  readonly control: ControlOptions;
  /** Names that lead to addresses of their own, before DNS is asked. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  readonly overload?: Partial<OverloadLimits> | undefined;
}

export interface DrachtioSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  /** How far the application's thread lags, where it can be known. */
  readonly appLagMs?: () => number;
}

/** What there is now, and has been. */
export interface SipStats {
  readonly dialogs: number;
  readonly transactions: number;
  readonly timers: number;
  readonly connections: number;
  readonly apps: number;
  readonly unanswered: number;
  /** Requests that came more than once. */
  readonly repeatedRequests: number;
  readonly refused: number;
  readonly lagMs: number;
}

export interface Listening {
  readonly transport: TransportName;
  readonly host: string;
  readonly port: number;
}

/** A SIP server that applications drive over drachtio's control protocol. */
export class DrachtioServer {
  private readonly core: Core;
  private readonly layer: TransactionLayer;
  private readonly control: ControlPort;
  private readonly overload: Overload;
  private readonly inbound = new Map<string, Inbound>();
  private readonly outbound = new Map<string, Outbound>();
  private readonly dialogs = new Dialogs<CallDialog>();

  constructor(options: DrachtioOptions, { clock, random, log, appLagMs }: DrachtioSurroundings) {
    this.overload = new Overload(
      { ...defaultOverloadLimits, ...options.overload },
      {
        lagMs: () => this.layer.wheel.lagMs,
        appLagMs: appLagMs ?? (() => 0),
        backlog: () => this.control.apps.backlog,
      },
      random,
    );
    this.layer = new TransactionLayer(options, clock, random, {
      admit: (request, isStranger) => arrivals.admit(request, isStranger),
      request: (transaction, request, arrival) => arrivals.request(transaction, request, arrival),
      ack: (ack, arrival) => arrivals.ack(ack, arrival),
    });
    const welcome = (): string => this.welcome();
    this.control = new ControlPort(options.control, clock, {
      get welcome() {
        return welcome();
      },
      command: (command, app) => orders.obey(command, app),
      closed: (app) => this.appGone(app),
    });
    const { layer } = this;
    const hosts = new Map(Object.entries(options.hosts ?? {}).map(([name, to]) => [name.toLowerCase(), to]));
    const core: Core = {
      clock,
      layer,
      apps: this.control.apps,
      dialogs: this.dialogs,
      locator: peerLocator(locatorOf(hosts, options.listen, clock, random), options.tls?.peers ?? []),
      log: log ?? silentLog,
      route(uri, ready) {
        const target = sipUri(uri);
        const found = target === undefined ? [] : core.locator.locate(target);
        const first = (destinations: Awaited<typeof found>): void => {
          for (const to of destinations) {
            const flow = layer.transports.route(to);
            if (flow !== undefined) return ready(flow);
          }
          ready(undefined);
        };
        if (found instanceof Promise) found.then(first, () => ready(undefined));
        else first(found);
      },
      anyFlow() {
        const endpoint: Endpoint | undefined = layer.transports.endpoints[0];
        return endpoint === undefined
          ? undefined
          : { endpoint, host: endpoint.host, port: 0, connection: undefined };
      },
    };
    this.core = core;
    const proxies = new Proxies(core, random.bytes(32));
    const arrivals = new Arrivals(core, this.inbound, this.overload, proxies);
    const orders = new Orders(core, this.inbound, this.outbound, proxies);
  }

  /** Binds everything; gives the control port. Rejects with Node's error if something cannot be bound. */
  async start(): Promise<number> {
    await this.layer.start();
    return this.control.listen();
  }

  /** See `Transports.exchange`. */
  exchange(tls: TlsMaterial): void {
    this.layer.transports.exchange(tls);
  }

  get listening(): readonly Listening[] {
    return this.layer.transports.endpoints.map(({ transport, host, port }) => ({ transport, host, port }));
  }

  stats(): SipStats {
    return {
      dialogs: this.dialogs.size,
      transactions: this.layer.size,
      timers: this.layer.wheel.size,
      connections: this.layer.transports.connectionCount,
      apps: this.control.apps.size,
      unanswered: this.inbound.size,
      repeatedRequests: this.layer.repeated,
      refused: this.overload.refused,
      lagMs: this.layer.wheel.lagMs,
    };
  }

  async close(): Promise<void> {
    await this.control.close();
    await this.layer.close();
  }

  /** What an application is told of us: our addresses as others see them, the version, the bound addresses. */
  private welcome(): string {
    const { endpoints } = this.layer.transports;
    const seen = endpoints.map((endpoint) => `${endpoint.transport}/${endpoint.sentBy(endpoint.host)}`);
    return `${seen.join(',')}|${protocolVersion}|${seen.join(',')}`;
  }

  /** Callers that wait for it are turned away, its calls that ring are cancelled, and its dialogs wait a while. */
  private appGone(app: AppConnection): void {
    for (const request of [...this.inbound.values()])
      if (request.app === app) request.reject(503, [['Retry-After', '5']]);
    for (const request of [...this.outbound.values()]) if (request.app === app) request.abandon();
    const orphans = [...this.dialogs].filter((dialog) => dialog.app === app);
    if (orphans.length === 0) return;
    const timer = new WheelTimer(
      {
        due: () => {
          for (const dialog of orphans)
            if (dialog.app?.open !== true) terminate(this.core, dialog, 'Application gone');
        },
      },
      'orphans',
    );
    this.layer.wheel.start(timer, orphanMs);
  }
}
