import type { Bind } from '../../control/base/bind.ts';
import type { Clock } from '../../control/base/clock.ts';
import { addressText } from '../../control/config/address.ts';
import type { Health } from '../../control/health/health.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { Config } from '../config.ts';
import { openConsole } from '../console/console.ts';
import type { WireReader } from '../console/deps.ts';
import type { RecentFigures } from '../console/figures.ts';
import { Logins } from '../console/logins.ts';
import type { RequestLog } from '../console/request-log.ts';
import type { HttpObserver } from '../http/observer.ts';
import type { MessagingObserver } from '../messaging/observer.ts';
import type { WebhookObserver } from '../webhook/transport.ts';
import type { Books } from './books.ts';
import { followCertificate } from './certificates.ts';
import type { Closers } from './closers.ts';
import { edgeState, type Rooms } from './state.ts';

export interface ConsoleSurroundings {
  readonly books: Books;
  readonly api: ApiDeps;
  readonly rooms: Rooms;
  readonly health: Health;
  readonly figures: RecentFigures;
  readonly requests: RequestLog;
  readonly wire: WireReader | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bind: Bind;
  /** Notes how what has been opened is ended; `lasting`: what a page that is being made still needs. */
  readonly closers: Pick<Closers, 'add' | 'addLasting'>;
}

/** How long pages may take to be made once another process serves the others. */
const leavingMs = 1_000;

/** Opens the console, if the configuration has one; gives its URL. Rejects with the reason if it cannot be opened. */
export async function openNodeConsole(
  config: Config['console'],
  {
    books,
    api,
    rooms,
    health,
    figures,
    requests,
    wire,
    clock,
    log,
    metrics,
    bind,
    closers,
  }: ConsoleSurroundings,
): Promise<string | null> {
  if (config === null) return null;
  const { operators, sessions, authenticator } = books;
  const logins = new Logins({ operators, sessions, authenticator, clock });
  const listener = await openConsole(
    config,
    { api, health: () => health.report(), state: () => edgeState(rooms), figures, requests, wire },
    { logins, clock, log },
    bind,
  );
  const opened = closers.add;
  let left: Promise<void> | undefined;
  closers.addLasting(() => left);
  opened((yielding = false) => {
    left = listener.close(yielding ? leavingMs : 0);
    // The successor need not wait for it.
    return yielding ? undefined : left;
  });
  const { tls } = config;
  if (tls !== null)
    opened(followCertificate(tls, 'console', { clock, log, metrics }, (pair) => listener.renew(pair)));
  sessions.start();
  opened(() => sessions.stop());
  figures.start(() => {
    const { calls, predecessor, queues } = edgeState(rooms);
    return {
      calls: calls + (predecessor?.calls ?? 0),
      queuedSegments: queues.reduce((sum, { segments }) => sum + segments, 0),
    };
  });
  opened(() => figures.stop());
  return `${tls === null ? 'http' : 'https'}://${addressText(listener.address)}`;
}

/** Counts what messaging tells of. */
export const countedMessaging = (observer: MessagingObserver, figures: RecentFigures): MessagingObserver => ({
  ...observer,
  changed(message, before) {
    if (before === undefined) figures.messageAccepted();
    observer.changed(message, before);
  },
});

/** Counts what the front door tells of, and notes what accounts asked. */
export const countedHttp = (
  observer: HttpObserver,
  figures: RecentFigures,
  requests: RequestLog,
): HttpObserver => ({
  ...observer,
  answered(request) {
    const { accountSid, method, path, requestId, status, errorCode, durationMs } = request;
    figures.requestAnswered(durationMs);
    if (accountSid !== undefined)
      requests.note(accountSid, {
        kind: 'api',
        method,
        target: path,
        requestId,
        status,
        errorCode,
        durationMs,
      });
    observer.answered(request);
  },
});

/** Notes what is asked of tenants' applications. */
export const notedWebhooks = (observer: WebhookObserver, requests: RequestLog): WebhookObserver => ({
  exchanged(report) {
    const { purpose, account, method, url, durationMs, status = 0, code = 0 } = report;
    if (account !== '')
      requests.note(account, {
        kind: purpose,
        method,
        target: url,
        requestId: '',
        status,
        errorCode: code,
        durationMs,
      });
    observer.exchanged(report);
  },
});
