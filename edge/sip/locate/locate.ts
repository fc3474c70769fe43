import { isIP } from 'node:net';
import type { Random } from '../../../control/base/random.ts';
import { unescapeUri } from '../message/uri.ts';
import type { SipUri } from '../message/uri.ts';
import { bare, defaultPort } from '../transport/flow.ts';
import type { Destination, TransportName } from '../transport/flow.ts';
import type { Naptr, Resolver, Srv } from './resolver.ts';
import { orderSrv } from './srv-order.ts';

export interface LocateOptions {
  readonly resolver: Resolver;
  readonly random: Random;
  /** What we can send over, the one preferred first. */
  readonly transports: readonly TransportName[];
  /** The families we can send to, the one preferred first. */
  readonly families: readonly (4 | 6)[];
}

/** Bounds of one search: a zone may name no more work than this. */
const naptrMax = 6;
const srvMax = 12;
const addressesMax = 6;
const destinationsMax = 24;

/** The service of each transport in NAPTR records (RFC 3263 §4.1). */
const services: Readonly<Record<TransportName, string>> = { udp: 'SIP+D2U', tcp: 'SIP+D2T', tls: 'SIPS+D2T' };
/** The prefix of each transport's SRV records (RFC 3263 §4.1). */
const prefixes: Readonly<Record<TransportName, string>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
};

/** A name to find the addresses of. */
interface Target {
  readonly transport: TransportName;
  readonly name: string;
  readonly port: number;
}

/** SRV records to ask for. */
interface Service {
  readonly transport: TransportName;
  readonly name: string;
}

/**
 * Where a request to a URI may be sent, in the order to try (RFC 3263 §4); [] if nowhere. Certificates are to show the
 * host of the URI, not the names that the DNS gave for it (RFC 5922 §7.2).
 */
export async function locate(uri: SipUri, options: LocateOptions): Promise<readonly Destination[]> {
  const host = targetHost(uri);
  const named = namedTransport(uri);
  const usable = options.transports.filter((name) => (uri.secure ? name === 'tls' : true));
  if (named !== undefined && !usable.some((name) => name === named)) return [];
  const transport = usable.find((name) => name === named);
  const fallback = transport ?? defaultTransport(uri, usable);
  if (fallback === undefined) return [];
  const serverName = isIP(bare(host)) === 0 ? host : undefined;
  const port = uri.port ?? defaultPort(fallback);
  if (serverName === undefined) return [{ transport: fallback, host: bare(host), port }];
  const targets = uri.port === undefined ? await searchServices(host, transport, usable, options) : undefined;
  const found = await searchAddresses(targets ?? [{ transport: fallback, name: host, port }], options);
  return found.map((destination) => ({ ...destination, serverName }));
}

/** maddr stands for the host where it is given (RFC 3263 §4). */
const targetHost = (uri: SipUri): string =>
  (unescapeUri(uri.params.get('maddr') ?? '') || uri.host).toLowerCase().replace(/\.$/, '');

/** The transport that the URI names: `tls` of sips and of the old transport=tls. */
function namedTransport(uri: SipUri): string | undefined {
  const name = uri.params.get('transport')?.toLowerCase();
  return uri.secure && name === 'tcp' ? 'tls' : name;
}

/** UDP, or TLS for sips (RFC 3263 §4.1); the first that we have where we have no UDP. */
function defaultTransport(uri: SipUri, usable: readonly TransportName[]): TransportName | undefined {
  const usual = uri.secure ? 'tls' : 'udp';
  return usable.includes(usual) ? usual : usable[0];
}

/** What NAPTR and SRV records say; undefined where there are none, [] where they say that there is no service. */
async function searchServices(
  host: string,
  transport: TransportName | undefined,
  usable: readonly TransportName[],
  options: LocateOptions,
): Promise<readonly Target[] | undefined> {
  const { resolver, random } = options;
  const wanted = transport === undefined ? usable : [transport];
  // A URI that names its transport is not asked about with NAPTR (§4.1).
  const naptr = transport === undefined ? (await resolver.naptr(host)).records : [];
  const chosen = fromNaptr(naptr, wanted);
  const asked =
    chosen.length > 0
      ? chosen
      : wanted.map((name) => ({ transport: name, name: `${prefixes[name]}.${host}` }));
  const answers = await Promise.all(
    asked.map(async (service) => ({ service, records: (await resolver.srv(service.name)).records })),
  );
  if (answers.every(({ records }) => records.length === 0)) return undefined;
  return answers
    .flatMap(({ service, records }) =>
      orderSrv(records.slice(0, srvMax), random)
        .filter(isOffered)
        .map(({ target, port }): Target => ({
          transport: service.transport,
          name: target.toLowerCase(),
          port,
        })),
    )
    .slice(0, srvMax);
}

/** A target of "." says that the service is not offered (RFC 2782). */
const isOffered = ({ target, port }: Srv): boolean => target !== '' && target !== '.' && port > 0;

function fromNaptr(records: readonly Naptr[], wanted: readonly TransportName[]): readonly Service[] {
  return records
    .toSorted((one, other) => one.order - other.order || one.preference - other.preference)
    .flatMap((record): readonly Service[] => {
      const transport = wanted.find((name) => services[name] === record.service);
      const leads = record.flags === 's' && record.replacement !== '' && record.replacement !== '.';
      return transport === undefined || !leads ? [] : [{ transport, name: record.replacement.toLowerCase() }];
    })
    .slice(0, naptrMax);
}

async function searchAddresses(
  targets: readonly Target[],
  { resolver, families }: LocateOptions,
): Promise<readonly Destination[]> {
  const found = await Promise.all(
    targets.map(async ({ transport, name, port }) => {
      const hosts = isIP(bare(name)) === 0 ? await addressesOf(name, resolver, families) : [bare(name)];
      return hosts.slice(0, addressesMax).map((host): Destination => ({ transport, host, port }));
    }),
  );
  return found.flat().slice(0, destinationsMax);
}

async function addressesOf(
  name: string,
  resolver: Resolver,
  families: readonly (4 | 6)[],
): Promise<readonly string[]> {
  const answers = await Promise.all(
    families.map((family) => (family === 4 ? resolver.a(name) : resolver.aaaa(name))),
  );
  return answers.flatMap(({ records }) => records.filter((host) => isIP(host) !== 0));
}
