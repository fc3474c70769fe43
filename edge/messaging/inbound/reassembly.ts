import type { Fragment, InboundPart, ReferenceKind } from './fragment.ts';

/** The parts of one message that have come so far: a row of the store, at most 255 parts of 255 octets. */
export interface PartialMessage {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly reference: { readonly kind: ReferenceKind; readonly number: number };
  readonly total: number;
  /** When the first part came. */
  readonly firstMs: number;
  /** By sequence, which is unique; ascending. */
  readonly parts: readonly { readonly sequence: number; readonly fragment: Fragment }[];
}

/** A message put together. */
export interface Assembled {
  readonly fragments: readonly Fragment[];
  /** How many parts its sender made of it. */
  readonly total: number;
  /** Sequences that never came; empty for a whole message. Twilio's error for them is 30009. */
  readonly missing: readonly number[];
}

export type Added =
  /** The last part: take the row away and pass the message on. */
  | { readonly kind: 'complete'; readonly message: Assembled }
  | { readonly kind: 'pending'; readonly row: PartialMessage }
  /** Sent again, because our response was lost. */
  | { readonly kind: 'duplicate'; readonly row: PartialMessage }
  /** Of another message with the same reference: `row` replaces the old one; pass on what there was of that. */
  | { readonly kind: 'superseded'; readonly row: PartialMessage; readonly incomplete: Assembled };

export interface ReassemblyLimits {
  /** How long the first part waits for the last. */
  readonly expiryMs: number;
  /** Messages waited for at once. */
  readonly pendingMax: number;
}

export const defaultLimits: ReassemblyLimits = { expiryMs: 3_600_000, pendingMax: 10_000 };

/**
 * The key of the row that a part belongs to. References are small and each phone counts its own, so all of these are
 * needed to tell messages apart; parts that disagree on the total belong to different messages. Addresses are SMPP
 * C-octet strings and carriers names, so none contains NUL.
 */
export const partialKey = (part: Omit<InboundPart, 'sequence' | 'fragment'>): readonly string[] => [
  part.carrier,
  part.from,
  part.to,
  `${part.reference.kind}:${part.reference.number}`,
  String(part.total),
];

const sameFragment = (a: Fragment, b: Fragment): boolean =>
  a.dataCoding === b.dataCoding && a.octets.equals(b.octets);

function begin(part: InboundPart, nowMs: number): PartialMessage {
  const { carrier, from, to, reference, total, sequence, fragment } = part;
  return { carrier, from, to, reference, total, firstMs: nowMs, parts: [{ sequence, fragment }] };
}

/** What there is of a message, in order, whether or not all of it has come. */
export function assemble(row: PartialMessage): Assembled {
  const come = new Set(row.parts.map(({ sequence }) => sequence));
  const missing: number[] = [];
  for (let sequence = 1; sequence <= row.total; sequence++) if (!come.has(sequence)) missing.push(sequence);
  return { fragments: row.parts.map(({ fragment }) => fragment), total: row.total, missing };
}

export const isExpired = (row: PartialMessage, nowMs: number, limits = defaultLimits): boolean =>
  nowMs - row.firstMs >= limits.expiryMs;

/**
 * Adds a part to the row under its `partialKey`, if there is one. Parts come in any order. The same sequence with
 * other octets, or any part once the row has expired, begins a new message: references come round again.
 */
export function addPart(
  existing: PartialMessage | undefined,
  part: InboundPart,
  nowMs: number,
  limits = defaultLimits,
): Added {
  if (existing === undefined) return { kind: 'pending', row: begin(part, nowMs) };
  const { sequence, fragment } = part;
  const before = existing.parts.find((one) => one.sequence === sequence);
  const repeated = before !== undefined && sameFragment(before.fragment, fragment);
  if (isExpired(existing, nowMs, limits) || (before !== undefined && !repeated)) {
    return { kind: 'superseded', row: begin(part, nowMs), incomplete: assemble(existing) };
  }
  if (repeated) return { kind: 'duplicate', row: existing };
  const parts = [...existing.parts, { sequence, fragment }].sort((a, b) => a.sequence - b.sequence);
  const row = { ...existing, parts };
  return parts.length < row.total ? { kind: 'pending', row } : { kind: 'complete', message: assemble(row) };
}

/**
 * Of all pending rows, in any order, those to give up and pass on incomplete: the expired, and the oldest of what is
 * then above the bound. Oldest first.
 */
export function overdue(
  rows: readonly PartialMessage[],
  nowMs: number,
  limits = defaultLimits,
): readonly PartialMessage[] {
  const byAge = [...rows].sort((a, b) => a.firstMs - b.firstMs);
  const excess = Math.max(0, rows.length - limits.pendingMax);
  return byAge.filter((row, index) => index < excess || isExpired(row, nowMs, limits));
}
