import { z } from 'zod';
import type { Json } from '../events/protocol.ts';
import { bytesText, columnsText } from './columns.ts';

/** What a running edge answers to the question `status`; keys as `strowger status --json` prints them. */
const edgeStatus = z.looseObject({
  links: z.array(
    z.looseObject({
      carrier: z.string(),
      state: z.string(),
      /** Sessions wanted, and how many of them are bound. */
      sessions: z.number(),
      sessions_bound: z.number(),
      /** Requests without a response yet, and how many there may be. */
      window_used: z.number(),
      window_size: z.number(),
    }),
  ),
  trunks: z.array(
    z.looseObject({
      carrier: z.string(),
      state: z.string(),
      calls: z.number(),
      /** null: the trunk does not register. */
      registration: z.string().nullable(),
    }),
  ),
  queues: z.array(
    z.looseObject({
      class: z.string(),
      segments: z.number(),
      oldest_seconds: z.number(),
      /** How much later the latest queue is than its sender's pace explains. */
      late_seconds: z.number(),
    }),
  ),
  calls: z.number(),
  /** The process before, while calls go on there; builds before this one do not tell. */
  predecessor: z
    .looseObject({ pid: z.number(), calls: z.number(), for_seconds: z.number(), left_seconds: z.number() })
    .nullable()
    .default(null),
  store_bytes: z.number(),
});

export type EdgeStatus = z.output<typeof edgeStatus>;

/** The status in an edge's answer; undefined if it is of a build that tells something else. */
export const parseEdgeStatus = (answer: Json): EdgeStatus | undefined => edgeStatus.safeParse(answer).data;

/** The status as a person reads it. */
export function statusText(status: EdgeStatus): string {
  return [
    section('links', ['CARRIER', 'STATE', 'SESSIONS', 'WINDOW'], status.links, (link) => [
      link.carrier,
      link.state,
      `${link.sessions_bound}/${link.sessions}`,
      `${link.window_used}/${link.window_size}`,
    ]),
    section('trunks', ['CARRIER', 'STATE', 'CALLS', 'REGISTRATION'], status.trunks, (trunk) => [
      trunk.carrier,
      trunk.state,
      String(trunk.calls),
      trunk.registration ?? '',
    ]),
    section('queues', ['CLASS', 'SEGMENTS', 'OLDEST', 'LATE'], status.queues, (queue) => [
      queue.class,
      String(queue.segments),
      queue.segments === 0 ? '' : durationText(queue.oldest_seconds),
      queue.late_seconds === 0 ? '' : durationText(queue.late_seconds),
    ]),
    `calls in progress: ${status.calls}`,
    ...predecessorLines(status),
    `store: ${bytesText(status.store_bytes)}`,
  ].join('\n');
}

/** `1 call`, `3 calls` */
export const callsText = (count: number): string => `${count} ${count === 1 ? 'call' : 'calls'}`;

function predecessorLines({ predecessor }: EdgeStatus): readonly string[] {
  if (predecessor === null) return [];
  const { pid, calls, for_seconds: since, left_seconds: left } = predecessor;
  return [
    `process ${pid}, which handed over ${durationText(since)} ago, still has ${callsText(calls)}; ` +
      `it ends in ${durationText(left)} at the latest`,
  ];
}

function section<T>(
  title: string,
  header: readonly string[],
  rows: readonly T[],
  cells: (row: T) => readonly string[],
): string {
  if (rows.length === 0) return `${title}: none`;
  const table = columnsText([header, ...rows.map(cells)]);
  return `${title}:\n${table.replace(/^/gm, '  ')}`;
}

/** `3 d 4 h`, `12 min`, `7 s` */
export function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.round(seconds)} s`;
}
