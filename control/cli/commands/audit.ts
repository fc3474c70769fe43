import type { Actor } from '../../audit/actor.ts';
import { actorSid, eventType, sourceAddress, type AuditEvent } from '../../audit/event.ts';
import type { Change } from '../../audit/properties.ts';
import { assertNever } from '../../base/result.ts';
import { sidTimeMs } from '../../base/sid.ts';
import type { CoreConfig } from '../../config/core.ts';
import type { Json } from '../../events/protocol.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';
import { momentOption } from '../moment.ts';

const limitDefault = 50;
const limitMax = 100_000;
const widthMax = 100;

/** `strowger audit`: who changed what, newest last, as a log is read. */
export const audit: Command<CoreConfig> = {
  name: 'audit',
  summary: 'who changed what, from where, and when: by REST, by commands, or the edge by itself',
  options: [
    { flags: '--account <sid>', summary: 'of this account alone' },
    {
      flags: '--actor <who>',
      summary: 'by this account, API key, operator or user of the machine; edge: by itself',
    },
    { flags: '--since <date>', summary: '2026-01-31 or 2026-01-31T04:05:06Z' },
    { flags: '--until <date>', summary: 'and no later' },
    { flags: '--limit <number>', summary: `the newest so many (default: ${limitDefault})` },
  ],
  needs: 'config',
  run: async (call, config) => {
    const limitText = textOption(call, 'limit') ?? String(limitDefault);
    const limit = /^\d{1,6}$/.test(limitText) ? Number(limitText) : 0;
    if (limit < 1 || limit > limitMax) return refused(`--limit is 1 to ${limitMax}`);
    const sinceMs = momentOption(call, 'since', 'first') ?? 0;
    const untilMs = momentOption(call, 'until', 'last') ?? Number.MAX_SAFE_INTEGER / 64;
    if (Number.isNaN(sinceMs) || Number.isNaN(untilMs))
      return refused('a date is such as 2026-01-31, or 2026-01-31T04:05:06Z');
    const account = textOption(call, 'account');
    const actor = textOption(call, 'actor');
    return withBooks(config, ({ audit }) => {
      const found: AuditEvent[] = [];
      for (const event of audit.recent(sinceMs, untilMs)) {
        if (account !== undefined && !event.accounts.includes(account)) continue;
        if (actor !== undefined && !names(event.actor).includes(actor)) continue;
        found.push(event);
        if (found.length >= limit) break;
      }
      found.reverse();
      return Promise.resolve(done(found.map(eventJson), eventsText(found)));
    });
  },
};

/** Everything an actor can be asked for by. */
function names(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case 'account':
      return actor.keySid === null ? [actor.accountSid] : [actor.keySid, actor.accountSid];
    case 'operator':
      return [actor.name];
    case 'command':
      return [actor.user];
    case 'edge':
      return ['edge'];
    default:
      return assertNever(actor);
  }
}

const who = (event: AuditEvent): string => actorSid(event) ?? names(event.actor)[0] ?? '';

function from(event: AuditEvent): string {
  const { actor } = event;
  if (actor.kind === 'operator') return `console: ${actor.address}`;
  return actor.kind === 'command' ? `command: ${actor.command}` : (sourceAddress(event) ?? '');
}

const eventJson = (event: AuditEvent): Json => ({
  sid: event.sid,
  date: new Date(sidTimeMs(event.sid)).toISOString(),
  actor_type: event.actor.kind,
  actor: who(event),
  account_sid: event.actor.kind === 'account' ? event.actor.accountSid : null,
  from: from(event),
  event_type: eventType(event),
  resource_sid: event.resourceSid,
  accounts: event.accounts,
  changes: event.changes as Json,
});

/** Two lines an event: the first says who did what to which resource, the second what became of it. */
function eventsText(events: readonly AuditEvent[]): string {
  if (events.length === 0) return 'nothing was changed';
  const heads = columnsText(
    events.map((event) => [
      new Date(sidTimeMs(event.sid)).toISOString().slice(0, 19).replace('T', ' '),
      eventType(event),
      event.resourceSid,
    ]),
  ).split('\n');
  return events
    .map((event, at) => {
      const source = from(event);
      const lines = [heads[at] ?? '', `  by ${who(event)}${source === '' ? '' : ` (${source})`}`];
      const changes = Object.entries(event.changes).map(([name, change]) => `${name}: ${changeText(change)}`);
      if (changes.length > 0) lines.push(`  ${changes.join(', ')}`);
      return lines
        .map((line) => (line.length > widthMax ? `${line.slice(0, widthMax - 1)}…` : line))
        .join('\n');
    })
    .join('\n');
}

function changeText({ previous, updated }: Change): string {
  if (updated === undefined) return String(previous);
  return previous === undefined ? String(updated) : `${String(previous)} → ${String(updated)}`;
}
