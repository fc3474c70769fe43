import type { Accounts } from '../../control/accounts/accounts.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Alerts } from '../../control/events/alerts.ts';
import type { EventBus } from '../../control/events/bus.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import { RecentTop } from '../../control/metrics/recent-top.ts';
import type { HttpObserver } from '../http/observer.ts';
import { isFinal, type Message } from '../messaging/message.ts';
import type { MessagingObserver } from '../messaging/observer.ts';
import { silentObserver, type SmppObserver } from '../smpp/observer.ts';
import { statusLabel } from '../smpp/status.ts';
import { newAlertOf } from '../webhook/alert.ts';
import type { WebhookObserver } from '../webhook/transport.ts';
import type { Captures } from './captures.ts';
import { tellExpiry } from './certificates.ts';

export interface Witnesses {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly bus: EventBus;
  readonly alerts: Alerts;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly captures: Pick<Captures, 'overhear' | 'overheard'>;
}

/** What messaging tells, as metrics, events, alerts and log lines. */
export function messagingObserver({
  metrics,
  log,
  bus,
  alerts,
  accounts,
  clock,
}: Witnesses): MessagingObserver {
  const {
    messages,
    submit,
    endToEnd,
    receiptsAwaited,
    receiptsMatched,
    strayReceipts,
    inboundRefused,
    alerts: alertCount,
  } = metrics.instruments;
  const side = (message: Message): 'inbound' | 'outbound' =>
    message.direction === 'inbound' ? 'inbound' : 'outbound';
  const facts = (message: Message) => ({
    atMs: clock.now(),
    sid: message.sid,
    accountSid: accounts.byNo(message.accountNo)?.sid ?? '',
    direction: side(message),
    from: message.from,
    to: message.to,
    carrier: message.carrier,
  });
  return {
    changed(message, before) {
      const { status } = message;
      messages(message.direction, message.carrier, status).inc();
      if (status === 'sent' || isFinal(status)) {
        endToEnd(message.direction, status).observe((clock.now() - message.createdMs) / 1000);
      }
      if (before === undefined) {
        if (bus.wanted('message.accepted'))
          bus.publish({ type: 'message.accepted', ...facts(message), segments: message.segments });
      } else if (bus.wanted('message.status')) {
        const carrierId = message.parts.find((part) => part.carrierId !== '')?.carrierId ?? '';
        bus.publish({
          type: 'message.status',
          ...facts(message),
          status,
          carrierId,
          errorCode: message.errorCode,
        });
      }
      if (status === 'failed' || status === 'undelivered') {
        const { sid, carrier, errorCode } = message;
        const account = accounts.byNo(message.accountNo)?.sid;
        log.info({ sid, account, carrier, status, errorCode }, 'message not delivered');
      } else {
        log.debug({ sid: message.sid, carrier: message.carrier, status }, 'message');
      }
    },
    submitted: (carrier, outcome, latencyMs) => submit(carrier, outcome).observe(latencyMs / 1000),
    receiptAwaited: (carrier) => receiptsAwaited(carrier).inc(),
    receiptMatched: (carrier) => receiptsMatched(carrier).inc(),
    strayReceipt(carrier) {
      strayReceipts(carrier).inc();
      log.info({ carrier }, 'a receipt fits no message');
    },
    inboundRefused(carrier, reason, to) {
      inboundRefused(carrier, reason).inc();
      log.warn({ carrier, reason, to }, 'inbound message refused');
    },
    alert(account, alert) {
      alertCount(String(alert.code)).inc();
      log.warn(
        { account: account.sid, sid: alert.sid, code: alert.code, status: alert.status },
        alert.detail,
      );
      alerts.record(newAlertOf(account.sid, alert));
    },
  };
}

/** What SMPP sessions tell. */
export function smppObserver({
  metrics,
  log,
  captures,
}: Pick<Witnesses, 'metrics' | 'log' | 'captures'>): SmppObserver {
  const { linkSessions, linkThrottled, linkEnded, linkEnquiry, submitRefused, smppDecodeErrors } =
    metrics.instruments;
  const bound = new Map<string, number>();
  const step = (peer: string, role: string, by: number): void => {
    const key = `${peer} ${role}`;
    const now = (bound.get(key) ?? 0) + by;
    bound.set(key, now);
    linkSessions(peer, role).set(now);
  };
  return {
    ...silentObserver,
    overhear: captures.overhear,
    bound: (peer, role) => step(peer, role, 1),
    unbound(peer, role, reason) {
      step(peer, role, -1);
      linkEnded(peer, reason.kind).inc();
      log.info({ peer, role, reason }, 'SMPP session ended');
    },
    bindRefused: (peer, status) => log.warn({ peer, status }, 'bind refused'),
    submitRefused: (peer, status) => submitRefused(peer, statusLabel(status)).inc(),
    alive: (peer, latencyMs) => linkEnquiry(peer).observe(latencyMs / 1000),
    throttled: (peer) => linkThrottled(peer).inc(),
    decodeError: (peer, code) => smppDecodeErrors(peer, code).inc(),
    connectionRefused: (peer, reason) => log.warn({ peer, reason }, 'SMPP connection turned away'),
  };
}

/** Accounts whose failed webhooks are told apart in the metrics, and for how long. */
const failingShown = 10;
const failingWindowMs = 15 * 60_000;

/** What the webhook client tells. */
export function webhookObserver({ metrics, clock }: Pick<Witnesses, 'metrics' | 'clock'>): WebhookObserver {
  const { webhook, webhookFailures, webhookFailuresRecent } = metrics.instruments;
  const failing = new RecentTop({ clock, windowMs: failingWindowMs, slices: 15, namesMax: 1_000 });
  metrics.onScrape('webhooks', () => {
    const { top, others } = failing.ranking(failingShown);
    webhookFailuresRecent.replace([
      ...top.map(([account, count]) => [[account], count] as const),
      [['other'], others],
    ]);
  });
  return {
    exchanged({ account, durationMs, status, code }) {
      webhook(status === undefined ? 'failed' : `${Math.floor(status / 100)}xx`).observe(durationMs / 1000);
      const failure = code ?? (status !== undefined && status >= 400 ? httpFailure : undefined);
      if (failure === undefined) return;
      webhookFailures(String(failure)).inc();
      // Media of nobody's application has no account.
      if (account !== '') failing.count(account);
    },
  };
}

/** https://www.twilio.com/docs/api/errors/11200 */
const httpFailure = 11200;

/** What the front door tells. */
export function httpObserver({ metrics, log }: Pick<Witnesses, 'metrics' | 'log'>): HttpObserver {
  return {
    answered({ route, method, status, durationMs }) {
      metrics.instruments.http(method, route, String(status)).inc();
      metrics.instruments.httpLatency(route).observe(durationMs / 1000);
    },
    aborted: (route) => log.debug({ route }, 'the client went away'),
    failed: (route, requestId, error) =>
      log.error(
        { route, requestId, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' },
        'a request failed',
      ),
    certified: (certificate) => tellExpiry('https', certificate, { metrics }),
    notice: (text, detail) => log.info(detail, text),
  };
}
