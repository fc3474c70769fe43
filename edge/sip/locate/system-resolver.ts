import { Resolver as DnsResolver } from 'node:dns/promises';
import type { Records, Resolver } from './resolver.ts';

/** For records whose time to live Node does not tell, in seconds. */
const usualTtlS = 60;
/** For names that have no such record, and for servers that do not answer. */
const absentTtlS = 10;
const failedTtlS = 2;

/** What the DNS says when there is no such name or no such record. */
const absent: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks these servers (`192.0.2.53`, `[::1]:53`), or those of the system's configuration; for 4 s at most. */
export function systemResolver(servers?: readonly string[]): Resolver {
  const dns = new DnsResolver({ timeout: 2_000, tries: 2 });
  if (servers !== undefined) dns.setServers(servers);
  return {
    naptr: (name) =>
      records(async () =>
        (await dns.resolveNaptr(name)).map((record) => ({
          order: record.order,
          preference: record.preference,
          flags: record.flags.toLowerCase(),
          service: record.service.toUpperCase(),
          replacement: record.replacement,
        })),
      ),
    srv: (name) =>
      records(async () =>
        (await dns.resolveSrv(name)).map(({ priority, weight, port, name: target }) => ({
          priority,
          weight,
          port,
          target,
        })),
      ),
    a: (name) => addresses(() => dns.resolve4(name, { ttl: true })),
    aaaa: (name) => addresses(() => dns.resolve6(name, { ttl: true })),
  };
}

async function records<T>(ask: () => Promise<readonly T[]>): Promise<Records<T>> {
  try {
    return { records: await ask(), ttlS: usualTtlS, failed: false };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return absent.has(code)
      ? { records: [], ttlS: absentTtlS, failed: false }
      : { records: [], ttlS: failedTtlS, failed: true };
  }
}

async function addresses(
  ask: () => Promise<readonly { readonly address: string; readonly ttl: number }[]>,
): Promise<Records<string>> {
  const found = await records(ask);
  const ttlS = found.records.reduce((least, { ttl }) => Math.min(least, ttl), Infinity);
  return {
    records: found.records.map(({ address }) => address),
    ttlS: Number.isFinite(ttlS) ? ttlS : found.ttlS,
    failed: found.failed,
  };
}
