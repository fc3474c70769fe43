import { microsPerUnit } from '../billing/micros.ts';
import type { RoutedCarrier } from './config.ts';
import { always, type TimeWindow } from './window.ts';

/** What a carrier is to take. */
export const traffics = ['messages', 'calls'] as const;
export type Traffic = (typeof traffics)[number];

/** Whether a carrier is equipped for it: messages go by SMPP, calls by SIP. */
export const carries = (carrier: RoutedCarrier, traffic: Traffic): boolean =>
  (traffic === 'messages' ? carrier.smpp : carrier.sip) !== undefined;

/** One route, as a line of the file says it. */
export interface Route {
  /** `+1`, `+4420`; `+` for every E.164 number; bare digits for short codes. */
  readonly prefix: string;
  readonly carrier: string;
  readonly traffic: readonly Traffic[];
  /** The lower goes first, whatever it costs. */
  readonly priority: number;
  /** In millionths of whatever the file reckons in. */
  readonly costMicros: number;
  /** The share of the numbers among routes alike in prefix, priority and cost; null: after those that have one. */
  readonly weight: number | null;
  readonly window: TimeWindow;
}

/** The routes that the configuration names, in its order. */
export const configuredRoutes = (carriers: readonly RoutedCarrier[]): readonly Route[] =>
  carriers.flatMap(({ name, routes }) =>
    routes.map(({ prefix, cost }) => ({
      prefix,
      carrier: name,
      traffic: traffics,
      priority: 0,
      costMicros: cost * microsPerUnit,
      weight: null,
      window: always,
    })),
  );

/** Which carriers may take a number, best first. */
export interface Routes {
  /** For an E.164 number or a short code, at this moment; each carrier once; empty if none may. */
  candidates(number: string): readonly string[];
  /** Whether there is a route at all, at whatever hour it is open. */
  leadsTo(number: string): boolean;
}
