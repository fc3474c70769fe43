import { isSid } from '../../control/base/sid.ts';
import { attemptOutcome } from '../voice/outcomes.ts';
import type { VoiceObserver } from '../voice/observer.ts';
import { measured } from './leg-metrics.ts';
import { newAlertOf } from '../webhook/alert.ts';
import type { Witnesses } from './observers.ts';

/** What calls tell, as metrics, events, alerts and log lines. */
export function voiceObserver({ metrics, log, bus, alerts, accounts, clock }: Witnesses): VoiceObserver {
  const { calls, callsRefused, trunkAttempts, postDialDelay, alerts: alertCount } = metrics.instruments;
  return {
    changed(call, before) {
      if (call.status === before) return;
      const { sid, status, carrier, errorCode, sipCode } = call;
      calls(call.direction, carrierLabel(carrier), status).inc();
      if (bus.wanted('call.status')) {
        bus.publish({
          type: 'call.status',
          atMs: clock.now(),
          sid,
          accountSid: accounts.byNo(call.accountNo)?.sid ?? '',
          direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
          from: call.from,
          to: call.to,
          status,
          carrier,
          errorCode,
          sipStatus: sipCode,
        });
      }
      if (status === 'failed') {
        const account = accounts.byNo(call.accountNo)?.sid;
        log.info({ sid, account, carrier, status, errorCode, sipCode }, 'call failed');
      } else log.debug({ sid, carrier, status }, 'call');
    },
    reported: (call, { sound }) => measured(metrics, carrierLabel(call.carrier), sound),
    rang: (carrier, delayMs) => postDialDelay(carrier).observe(delayMs / 1000),
    attempted: (carrier, end) => trunkAttempts(carrier, attemptOutcome(end)).inc(),
    refused(source, reason, to) {
      callsRefused(reason).inc();
      log.warn({ source, reason, to }, 'inbound call refused');
    },
    alert(account, alert) {
      alertCount(String(alert.code)).inc();
      const { sid, code, status } = alert;
      log.warn({ account: account.sid, sid, code, status }, alert.detail);
      alerts.record(newAlertOf(account.sid, alert));
    },
  };
}

/** Carriers are few and named in the configuration; tenants have as many SIP domains as they like. */
const carrierLabel = (carrier: string): string => (isSid(carrier, 'SD') ? 'sip' : carrier);
