import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { refusal } from './addresses.ts';

/** The address, or every address, of a name is one that must not be connected to. */
export class AddressRefused extends Error {}

/** Resolves a name to all its addresses; the system's resolver unless a test brings another. */
export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

export const systemResolve: Resolve = (hostname, done) =>
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
    done(error, error === null ? addresses : []),
  );

export interface ConnectorOptions {
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
  /** Certificate authorities in PEM, in place of the system's. */
  readonly ca?: string;
}

/** Twilio's longest connect time-out; a URL's own is kept by the exchange. */
const connectTimeoutMaxMs = 10_000;

/**
 * Opens connections to addresses that are allowed, and no other. The check is on the very address the socket
 * connects to, so a name that changes its mind after an earlier check (DNS rebinding) gains nothing. It applies to
 * every connection, redirects' as well.
 */
export function guardedConnector(options: ConnectorOptions): ReturnType<typeof buildConnector> {
  const { allowPrivate, resolve, ca } = options;
  const lookup: LookupFunction = (hostname, asked, done) => {
    resolve(hostname, (error, found) => {
      const allowed = found.filter(({ address }) => refusal(address, allowPrivate) === undefined);
      const [first] = allowed;
      if (error !== null) done(error, []);
      else if (first === undefined) {
        const reason = found[0] === undefined ? 'it has none' : refusal(found[0].address, allowPrivate);
        done(new AddressRefused(`the address of ${hostname} is not allowed: ${reason ?? ''}`), []);
      } else if (asked.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
  const connect = buildConnector({
    timeout: connectTimeoutMaxMs,
    lookup,
    ...(ca === undefined ? {} : { ca }),
  });
  return (target, done) => {
    // A literal address is connected to without a look-up.
    const literal = target.hostname.replace(/^\[|\]$/g, '');
    const reason = isIP(literal) === 0 ? undefined : refusal(literal, allowPrivate);
    if (reason === undefined) connect(target, done);
    else done(new AddressRefused(`the address ${literal} is not allowed: ${reason}`), null);
  };
}
