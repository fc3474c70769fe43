import { existsSync } from 'node:fs';
import type { CoreConfig } from '../../config/core.ts';
import type { VaultPlace } from '../../vault/key-source.ts';
import { dataLayout } from '../../config/layout.ts';
import type { Alert } from '../../events/alert.ts';
import { recentAlerts } from '../../events/alerts.ts';
import { watchEdge } from '../../events/client.ts';
import type { EdgeEvent } from '../../events/event.ts';
import type { Json } from '../../events/protocol.ts';
import type { Streamed } from '../../events/stream.ts';
import { alertConcerns, alertText, concerns, streamedText } from '../../events/words.ts';
import { withBooks } from '../books.ts';
import { done, refused, type Call, type Command } from '../command.ts';

const alertsShown = 20;
/** Messages whose alerts are followed because their number was asked for. */
const followedMax = 10_000;

export const trace: Command<CoreConfig> = {
  name: 'trace',
  summary: 'recent alerts, then messages and calls as they happen',
  arguments: [{ name: 'SUBJECT', summary: 'only this SID, number or carrier', optional: true }],
  options: [{ flags: '--no-follow', summary: 'show the recent alerts and end' }],
  needs: 'config',
  run: async (call, config) => {
    const { io } = call;
    const [subject] = call.args;
    const alerts = await storedAlerts(config, subject);
    if (call.options['follow'] === false) return done(alerts as unknown as Json, alertsText(alerts));
    const stop = io.untilStopped();
    const events = await watchEdge(dataLayout(config.data).controlSocket, stop);
    if (!events.ok && events.error.kind === 'failed') return refused(events.error.reason);
    for (const alert of alerts) write(call, { kind: 'event', event: alertEvent(alert) });
    if (!events.ok) {
      io.err('the edge is not running: these are the alerts it recorded\n');
      return { kind: 'written', status: 0 };
    }
    io.err('following; Ctrl-C ends\n');
    const wanted = filter(subject);
    for await (const streamed of events.value) {
      if (streamed.kind === 'dropped' || wanted(streamed.event)) write(call, streamed);
    }
    return stop.aborted ? { kind: 'written', status: 0 } : refused('the edge has ended');
  },
};

async function storedAlerts(config: VaultPlace, subject: string | undefined): Promise<readonly Alert[]> {
  // Looking must not be what makes the store.
  if (!existsSync(dataLayout(config.data).storeFile)) return [];
  return withBooks(config, ({ store }) =>
    Promise.resolve(
      recentAlerts(store, alertsShown, (alert) => subject === undefined || alertConcerns(alert, subject)),
    ),
  );
}

/** Whether an event is asked for. An alert names no number, so the messages of a number are remembered. */
function filter(subject: string | undefined): (event: EdgeEvent) => boolean {
  const followed = new Set<string>();
  return (event) => {
    if (subject === undefined || concerns(event, subject)) {
      if ('sid' in event && followed.size < followedMax) followed.add(event.sid);
      return true;
    }
    return event.type === 'alert' && followed.has(event.alert.resourceSid);
  };
}

const alertEvent = (alert: Alert): EdgeEvent => ({ type: 'alert', atMs: alert.atMs, alert });

const alertsText = (alerts: readonly Alert[]): string =>
  alerts.length === 0 ? 'no alerts' : alerts.map(alertText).join('\n');

/** One JSON value a line, or the words of it. */
function write({ io, json }: Call<CoreConfig>, streamed: Streamed): void {
  if (!json) io.out(`${streamedText(streamed)}\n`);
  else if (streamed.kind === 'event') io.out(`${JSON.stringify(streamed.event)}\n`);
  else io.out(`${JSON.stringify({ type: 'dropped', count: streamed.count })}\n`);
}
