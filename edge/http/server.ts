import { systemClock, type Clock } from '../../control/base/clock.ts';
import { ok, type Result } from '../../control/base/result.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import { readPair, type Pair, type PairFiles } from '../../control/certificates/pair.ts';
import { CertificateWatch } from '../../control/certificates/watch.ts';
import type { Address } from '../../control/config/address.ts';
import type { Route } from '../api/exchange.ts';
import type { Authority } from './authority.ts';
import type { BodyLimits } from './body.ts';
import type { ClientKeys } from './client-validation.ts';
import { Door } from './door.ts';
import { defaultFailedLoginLimits, type FailedLoginLimits } from './failed-logins.ts';
import { defaultFormLimits, type FormLimits } from './form.ts';
import { listenPlain, listenTls, type ListenFault, type RequestHandler } from './listener.ts';
import type { HttpObserver } from './observer.ts';
import type { ListenerKind } from './transaction.ts';

export interface FrontDoorOptions {
  readonly http: Address | null;
  readonly https: ({ readonly listen: Address } & PairFiles) | null;
  /** The SDK proxy; its certificate authority lives in `caDirectory`. */
  readonly proxy: { readonly listen: Address; readonly caDirectory: string } | null;
  readonly domain: string | undefined;
  readonly routes: readonly Route[];
  readonly authority: Authority;
  readonly sids: SidFactory;
  readonly observer: HttpObserver;
  readonly clock?: Clock;
  /** Requests of an account in progress at once; default 100. */
  readonly maxConcurrent?: (accountSid: string) => number;
  /** Default: no limit. */
  readonly requestsPerSecond?: (sid: string) => number;
  /** Default 256 KB within 10 s. */
  readonly body?: BodyLimits;
  readonly form?: FormLimits;
  readonly failedLogins?: FailedLoginLimits;
  /** Default: nobody has keys, and nobody must sign. */
  readonly clientKeys?: ClientKeys;
}

/** The front door, open. */
export interface FrontDoor {
  /** Where each listener is bound, with the port that the system chose if it was left to it. */
  readonly addresses: {
    readonly http: Address | null;
    readonly https: Address | null;
    readonly proxy: Address | null;
  };
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
type Serve = (kind: ListenerKind) => RequestHandler;

/** Opens every listener, or none: then what stood in the way. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<Result<FrontDoor, ListenFault>> {
  const clock = options.clock ?? systemClock;
  const door = new Door({
    routes: options.routes,
    authority: options.authority,
    clock,
    sids: options.sids,
    observer: options.observer,
    domain: options.domain,
    maxConcurrent: options.maxConcurrent ?? (() => 100),
    requestsPerSecond: options.requestsPerSecond ?? (() => 0),
    failedLogins: options.failedLogins ?? defaultFailedLoginLimits,
    clientKeys: options.clientKeys ?? { keyOf: () => undefined, isDemanded: () => false },
    body: options.body ?? defaultBodyLimits,
    form: options.form ?? defaultFormLimits,
  });
  const serve: Serve = (kind) => (response, request) => door.handle(response, request, kind);
  const { http, https, proxy, observer } = options;
  const openings: Record<keyof FrontDoor['addresses'], (() => Opening) | undefined> = {
    http: http === null ? undefined : () => listenPlain(http, serve({ scheme: 'http', peer: 'direct' })),
    https: https === null ? undefined : () => openHttps(https, serve, clock, observer),
    proxy: proxy === null ? undefined : () => openProxy(proxy, serve, clock, observer),
  };
  const opened: Partial<Record<keyof FrontDoor['addresses'], Opened>> = {};
  const closeListeners = async (): Promise<void> => {
    for (const one of Object.values(opened)) await one.close();
  };
  for (const name of ['http', 'https', 'proxy'] as const) {
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
    close: async (graceMs) => {
      // The proxy's tunnels carry requests in progress, too: it is closed when they are done.
      await opened.http?.close();
      await opened.https?.close();
      await withGrace(door.drain(), clock, graceMs);
      await opened.proxy?.close();
      door.abandon();
    },
  });
}

async function openHttps(
  { listen, ...files }: { readonly listen: Address } & PairFiles,
  serve: Serve,
  clock: Clock,
  observer: HttpObserver,
): Opening {
  const opened = await listenTls(listen, files, serve({ scheme: 'https', peer: 'direct' }));
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
  serve: Serve,
  clock: Clock,
  observer: HttpObserver,
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
  const opened = await openSdkProxy({ listen, caDirectory, doors, clock, observer });
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
