import { rmSync } from 'node:fs';
import { bind, type Bind } from '../../control/base/bind.ts';
import { systemClock, type Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import { readPair, type Pair, type PairFiles } from '../../control/certificates/pair.ts';
import { CertificateWatch } from '../../control/certificates/watch.ts';
import type { Address } from '../../control/config/address.ts';
import type { Route } from '../api/exchange.ts';
import type { AdmissionOptions } from './admission.ts';
import type { Authority } from './authority.ts';
import type { BodyLimits } from './body.ts';
import type { ClientKeys } from './client-validation.ts';
import type { Detours } from './diversion.ts';
import { Door } from './door.ts';
import { defaultFailedLoginLimits, type FailedLoginLimits } from './failed-logins.ts';
import { defaultFormLimits, type FormLimits } from './form.ts';
import {
  listenInner,
  listenPlain,
  listenTls,
  whenIdle,
  type ListenFault,
  type RequestHandler,
} from './listener.ts';
import type { HttpObserver } from './observer.ts';
import type { ListenerKind } from './transaction.ts';

/** Whom the door serves, and with what. */
export interface FrontDoorService {
  readonly domain: string | undefined;
  readonly routes: readonly Route[];
  readonly authority: Authority;
  readonly clock?: Clock;
  /** Requests of an account in progress at once; default 100. */
  readonly maxConcurrent?: (accountSid: string) => number;
  /** Default: no limit. */
  readonly requestsPerSecond?: (sid: string) => number;
  readonly failedLogins?: FailedLoginLimits;
  /** Default: nobody has keys, and nobody must sign. */
  readonly clientKeys?: ClientKeys;
}

export interface FrontDoorOptions extends FrontDoorService {
  readonly http: Address | null;
  readonly https: ({ readonly listen: Address } & PairFiles) | null;
  /** The SDK proxy; its certificate authority lives in `caDirectory`. */
  readonly proxy: { readonly listen: Address; readonly caDirectory: string } | null;
  /** Its Unix socket, for the process that is to succeed this one, or that this one succeeds; none where it is missing. */
  readonly inner?: string;
  /** Another process of ours listens at the same addresses and will cease to. */
  readonly shared?: boolean;
  /** What takes a detour from the first request on. */
  readonly detours?: Detours;
  /** How the SDK proxy's address is bound; default: for this process alone. */
  readonly bind?: Bind;
  readonly sids: SidFactory;
  readonly observer: HttpObserver;
  /** Default 256 KB within 10 s. */
  readonly body?: BodyLimits;
  readonly form?: FormLimits;
}

/** The front door, open. */
export interface FrontDoor {
  /** Where each listener is bound, with the port that the system chose if it was left to it. */
  readonly addresses: {
    readonly http: Address | null;
    readonly https: Address | null;
    readonly proxy: Address | null;
  };
  /** Serves by these routes, for these accounts, from the next request on. */
  use(service: FrontDoorService): void;
  /** Leads requests elsewhere from now on; those that wait go where the new way leads. */
  detour(detours: Detours): void;
  /** Resolves once no request is being worked on; call it when all take a detour. */
  rest(): Promise<void>;
  /** Resolves once no other door is answering a request of ours. */
  detoursRest(): Promise<void>;
  /** Takes no more connections; resolves when it does. What is open goes on. */
  stopListening(): Promise<void>;
  /** Stops listening, lets the requests in progress finish for `graceMs` at most, and cuts the rest. */
  close(graceMs: number): Promise<void>;
}

const defaultBodyLimits: BodyLimits = { bytesMax: 256 * 1024, deadlineMs: 10_000 };

/** One listener, or a proxy with its inner ones, as the front door keeps it. */
interface Opened {
  readonly address: Address;
  close(): void | Promise<void>;
}

type Opening = Promise<Result<Opened, ListenFault>>;
/** Ways in: those that have an address, and the one for another process. */
type Entry = keyof FrontDoor['addresses'] | 'inner';
type Serve = (kind: ListenerKind) => RequestHandler;

/** Opens every listener, or none: then what stood in the way. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<Result<FrontDoor, ListenFault>> {
  const clock = options.clock ?? systemClock;
  const door = new Door({
    ...admissionOf(options),
    sids: options.sids,
    observer: options.observer,
    body: options.body ?? defaultBodyLimits,
    form: options.form ?? defaultFormLimits,
  });
  door.detour(options.detours ?? {});
  const serve: Serve = (kind) => (response, request) => door.handle(response, request, kind);
  const { http, https, proxy, inner, shared, observer } = options;
  const around = { serve, clock, observer, shared, bind: options.bind ?? bind };
  const openings: Record<Entry, (() => Opening) | undefined> = {
    inner: inner === undefined ? undefined : () => openInner(inner, serve),
    http:
      http === null ? undefined : () => listenPlain(http, serve({ scheme: 'http', peer: 'direct' }), shared),
    https: https === null ? undefined : () => openHttps(https, around),
    proxy: proxy === null ? undefined : () => openProxy(proxy, around),
  };
  const opened: Partial<Record<Entry, Opened>> = {};
  const closeListeners = async (): Promise<void> => {
    for (const one of Object.values(opened)) await one.close();
  };
  for (const name of ['inner', 'http', 'https', 'proxy'] as const) {
    const one = await openings[name]?.();
    if (one === undefined) continue;
    if (!one.ok) {
      await closeListeners();
      return one;
    }
    opened[name] = one.value;
  }
  return ok({
    addresses: {
      http: opened.http?.address ?? null,
      https: opened.https?.address ?? null,
      proxy: opened.proxy?.address ?? null,
    },
    use: (service) => door.use(admissionOf(service)),
    detour: (detours) => door.detour(detours),
    rest: () => door.rest(),
    detoursRest: () => door.detoursRest(),
    stopListening: async () => {
      await whenIdle();
      await opened.http?.close();
      await opened.https?.close();
    },
    close: async (graceMs) => {
      // The proxy's tunnels carry requests in progress, too: it is closed when they are done.
      await opened.http?.close();
      await opened.https?.close();
      await withGrace(door.drain(), clock, graceMs);
      await opened.proxy?.close();
      await opened.inner?.close();
      door.abandon();
    },
  });
}

const admissionOf = (service: FrontDoorService): AdmissionOptions => ({
  routes: service.routes,
  authority: service.authority,
  clock: service.clock ?? systemClock,
  domain: service.domain,
  maxConcurrent: service.maxConcurrent ?? (() => 100),
  requestsPerSecond: service.requestsPerSecond ?? (() => 0),
  failedLogins: service.failedLogins ?? defaultFailedLoginLimits,
  clientKeys: service.clientKeys ?? { keyOf: () => undefined, isDemanded: () => false },
});

/** What the listeners are opened with. */
interface Around {
  readonly serve: Serve;
  readonly clock: Clock;
  readonly observer: HttpObserver;
  readonly shared: boolean | undefined;
  readonly bind: Bind;
}

function openInner(path: string, serve: Serve): Opening {
  const opened = listenInner(path, serve({ scheme: 'http', peer: 'inner' }));
  const reason = 'the socket cannot be bound';
  if (opened === undefined) return Promise.resolve(fail({ listen: { host: path, port: 0 }, reason }));
  const close = (): void => {
    opened.close();
    rmSync(path, { force: true });
  };
  return Promise.resolve(ok({ ...opened, close }));
}

async function openHttps(
  { listen, ...files }: { readonly listen: Address } & PairFiles,
  { serve, clock, observer, shared }: Around,
): Opening {
  const opened = await listenTls(listen, files, serve({ scheme: 'https', peer: 'direct' }), shared);
  if (!opened.ok) return opened;
  const listener = opened.value;
  const read = (): Pair | string => readPair(files);
  const first = read();
  if (typeof first !== 'string') observer.certified(first.certificate);
  const watch = new CertificateWatch(read, clock, {
    use: ({ certificate }) => {
      const reason = listener.reload();
      if (reason !== undefined) return reason;
      observer.certified(certificate);
      observer.notice('certificate reloaded', { file: files.certificate });
      return undefined;
    },
    refused: (reason) =>
      observer.notice('the changed certificate cannot be used; the old one stays', {
        file: files.certificate,
        reason,
      }),
  });
  return ok({
    address: listener.address,
    close: () => {
      watch.stop();
      listener.close();
    },
  });
}

/** The proxy reaches the door through inner listeners of its own, one for each scheme, on the loopback interface. */
async function openProxy(
  { listen, caDirectory }: { readonly listen: Address; readonly caDirectory: string },
  { serve, clock, observer, bind: bound }: Around,
): Opening {
  const inner = { host: '127.0.0.1', port: 0 };
  const http = await listenPlain(inner, serve({ scheme: 'http', peer: 'proxied' }));
  if (!http.ok) return http;
  const https = await listenPlain(inner, serve({ scheme: 'https', peer: 'proxied' }));
  const closeInner = (): void => {
    http.value.close();
    if (https.ok) https.value.close();
  };
  if (!https.ok) {
    closeInner();
    return https;
  }
  // Loaded only where it is asked for: the certificate library takes its time.
  const { openSdkProxy } = await import('./proxy.ts');
  const doors = { http: http.value.address, https: https.value.address };
  const opened = await openSdkProxy({ listen, bind: bound, caDirectory, doors, clock, observer });
  if (!opened.ok) {
    closeInner();
    return opened;
  }
  return ok({
    address: opened.value.address,
    close: async () => {
      await opened.value.close();
      closeInner();
    },
  });
}

function withGrace(done: Promise<void>, clock: Clock, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(graceMs, resolve);
    void done.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
