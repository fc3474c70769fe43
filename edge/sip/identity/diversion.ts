import { addresses, parseNameAddr, writeNameAddr } from '../message/address.ts';
import type { Headers } from '../message/headers.ts';
import { parseInteger, quoted, unquote } from '../message/scan.ts';
import { parseUri, uriHeaders, writeUri } from '../message/uri.ts';
import { numberOf } from './number.ts';

/** One forwarding of a call (RFC 5806). */
export interface Diversion {
  /** Who forwarded it. */
  readonly uri: string;
  readonly display?: string | undefined;
  /** `unconditional`, `user-busy`, `no-answer`, … in lower case; `unknown` without one. */
  readonly reason: string;
  /** How many forwardings this one stands for. */
  readonly count: number;
}

/** The forwardings of a call by Diversion, the latest first (RFC 5806 §8); malformed ones are left out. */
export function diversions(headers: Headers): readonly Diversion[] {
  return (headers.list('diversion') ?? []).flatMap((item): readonly Diversion[] => {
    const address = parseNameAddr(item);
    if (address === undefined) return [];
    return [
      {
        uri: address.uri,
        display: address.display,
        reason: unquote(address.params.get('reason') ?? 'unknown').toLowerCase(),
        count: parseInteger(address.params.get('counter') ?? '', 100) ?? 1,
      },
    ];
  });
}

/** A Diversion value. A reason that is no token is quoted. */
export function writeDiversion({ uri, display, reason, count }: Diversion): string {
  const params = new Map([['reason', /^[A-Za-z0-9-]+$/.test(reason) ? reason : quoted(reason)]]);
  if (count > 1) params.set('counter', String(count));
  return writeNameAddr({ display, uri, params });
}

/** One step of a request's way (RFC 7044 §5). */
export interface HistoryEntry {
  /** Where the request was sent, without the headers in the URI. */
  readonly uri: string;
  /** `1.2.1`: the tree of the way. */
  readonly index: string;
  /** The index of the entry that this one was changed from, and how: `rc`, `mp` or `np` (§10.4). */
  readonly from: { readonly how: 'rc' | 'mp' | 'np'; readonly index: string } | undefined;
  /** The cause of the Reason that stands in the URI: why the request went on from here. */
  readonly cause: number | undefined;
}

/** The way of a request by History-Info, in its order; [] if any of it is malformed. */
export function history(headers: Headers): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const { uri, params } of addresses({ headers }, 'history-info') ?? []) {
    const index = params.get('index') ?? '';
    const parsed = parseUri(uri);
    if (parsed === undefined || !/^\d+(?:\.\d+)*$/.test(index)) return [];
    const how = (['rc', 'mp', 'np'] as const).find((name) => /^\d/.test(params.get(name) ?? ''));
    const reason =
      parsed.kind === 'sip' ? uriHeaders(parsed).find(([name]) => /^reason$/i.test(name)) : undefined;
    const cause = /;\s*cause=(\d{1,3})\b/i.exec(reason?.[1] ?? '')?.[1];
    entries.push({
      uri: parsed.kind === 'sip' ? writeUri({ ...parsed, headers: '' }) : uri,
      index,
      from: how === undefined ? undefined : { how, index: params.get(how) ?? '' },
      cause: cause === undefined ? undefined : Number(cause),
    });
  }
  return entries;
}

/**
 * The number that last forwarded the call; undefined if it was not forwarded or does not say. Diversion goes before
 * History-Info, as carriers that send both keep the former up to date.
 */
export function forwardedFrom(headers: Headers): string | undefined {
  const diverted = diversions(headers)[0];
  return diverted === undefined ? forwardedByHistory(history(headers)) : numberOf(diverted.uri);
}

/** The entry that the last change of target came from; without such marks, the last one that says why it was left. */
function forwardedByHistory(entries: readonly HistoryEntry[]): string | undefined {
  const changed = entries.findLast(({ from }) => from !== undefined && from.how !== 'np');
  const left =
    changed === undefined
      ? entries.slice(0, -1).findLast(({ cause }) => cause !== undefined)
      : entries.find(({ index }) => index === changed.from?.index);
  return left === undefined ? undefined : numberOf(left.uri);
}
