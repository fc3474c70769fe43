import { excessText, Rates, type Excess } from '../../control/accounts/rates.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Principal, Product, Route } from '../api/exchange.ts';
import { authorize, identify, type Refusal } from './authenticate.ts';
import type { Authority } from './authority.ts';
import { clientValidationFault, type ClientKeys } from './client-validation.ts';
import { FailedLogins, type FailedLoginLimits } from './failed-logins.ts';
import { hostTable, type HostTable } from './hosts.ts';
import { InFlight } from './in-flight.ts';
import { partyOfRequest } from './party.ts';
import { compileRoutes, type Router } from './router.ts';
import type { Transaction } from './transaction.ts';

export interface AdmissionOptions {
  readonly routes: readonly Route[];
  readonly authority: Authority;
  readonly clock: Clock;
  /** Products are served as `<product>.<domain>`; undefined: by IP address, localhost and twilio.com's names only. */
  readonly domain: string | undefined;
  /** Requests of an account in progress at once. */
  readonly maxConcurrent: (accountSid: string) => number;
  /** What an account or an API key may send, by its SID; 0 is no limit. */
  readonly requestsPerSecond: (sid: string) => number;
  readonly failedLogins: FailedLoginLimits;
  readonly clientKeys: ClientKeys;
}

/** A request that may be handled: everything but its parameters is known. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly route: Route;
  readonly parts: Readonly<Record<string, string>>;
  /** Undefined for a route without credentials. */
  readonly principal: Principal | undefined;
}

/** An error that the door itself answers. */
export interface Refused extends Refusal {
  /** In place of the number's own. */
  readonly status?: number;
  /** Name and value alternating. */
  readonly headers?: readonly string[];
  /** Ends the connection: the rest of what it carries cannot be trusted or is not wanted. */
  readonly closes?: boolean;
}

/** Everything that a request's head alone decides: host, route, credentials, limits. */
export class Admission {
  private readonly authority: Authority;
  private readonly router: Router;
  private readonly hosts: HostTable;
  private readonly inFlight: InFlight;
  private readonly rates: Rates;
  private readonly failedLogins: FailedLogins;
  private readonly clientKeys: ClientKeys;
  private readonly clock: Clock;

  constructor(options: AdmissionOptions) {
    this.authority = options.authority;
    this.router = compileRoutes(options.routes);
    this.hosts = hostTable(options.domain, new Set<Product>(options.routes.map(({ product }) => product)));
    this.inFlight = new InFlight(options.maxConcurrent);
    this.rates = new Rates(options.clock, options.requestsPerSecond);
    this.failedLogins = new FailedLogins(options.clock, options.failedLogins);
    this.clientKeys = options.clientKeys;
    this.clock = options.clock;
  }

  /** Decides, and notes route and account on the transaction; `leave` takes the account's count back. */
  decide(transaction: Transaction): Admitted | Refused {
    const { head } = transaction;
    const product = this.hosts(head.host);
    if (product === undefined) {
      return { kind: 'error', code: 20404, detail: 'No product is served under this host name' };
    }
    const match = this.router(product, head.method, head.path);
    switch (match.kind) {
      case 'notFound':
        return { kind: 'error', code: 20404 };
      case 'unsupportedFormat':
        return { kind: 'error', code: 20404, detail: 'This resource is served as JSON only: ask for .json' };
      case 'wrongMethod':
        return { kind: 'error', code: 20004, headers: ['Allow', match.allow] };
      case 'found':
        break;
    }
    const { route, parts } = match;
    transaction.route = route.path;
    if (route.auth === 'none') return { kind: 'admitted', route, parts, principal: undefined };
    return this.authenticate(transaction, route, parts);
  }

  /** What is wrong with the signature of a request whose body has come: one that is there must be good. */
  signatureFault(transaction: Transaction, { principal }: Admitted): Refused | undefined {
    if (principal === undefined) return undefined;
    const { head, bodyHash } = transaction;
    const token = head.clientValidation;
    if (token === undefined) {
      const demanded = this.clientKeys.isDemanded(principal.owner.sid);
      return demanded ? { kind: 'error', code: 70052, status: 401 } : undefined;
    }
    const signed = { head, bodyHash };
    const code = clientValidationFault(this.clientKeys, token, principal, signed, this.clock.now());
    return code === undefined ? undefined : { kind: 'error', code, status: 401 };
  }

  /** Ends the transaction's part in its account's count; once is enough, twice does nothing. */
  leave(transaction: Transaction): void {
    if (transaction.accountSid === undefined) return;
    this.inFlight.leave(transaction.accountSid);
    transaction.accountSid = undefined;
  }

  private authenticate(
    transaction: Transaction,
    route: Route,
    parts: Readonly<Record<string, string>>,
  ): Admitted | Refused {
    const blocked = this.blocked(transaction);
    if (blocked !== undefined) return blocked;
    const who = identify(this.authority, transaction.head.authorization);
    if (!who.ok) {
      const party = who.error.guess === true ? partyOfRequest(transaction) : undefined;
      if (party !== undefined) this.failedLogins.failed(party);
      return who.error;
    }
    const allowed = authorize(this.authority, who.value, route, parts['AccountSid']);
    if (!allowed.ok) return allowed.error;
    const { account, credential } = allowed.value;
    const { sid } = account;
    const excess = this.rates.enter(credential.kind === 'key' ? [sid, credential.sid] : [sid]);
    if (excess !== undefined) return tooMany(excess);
    const entered = this.inFlight.enter(sid);
    transaction.concurrent = this.inFlight.of(sid);
    if (!entered) return { kind: 'error', code: 20429 };
    transaction.accountSid = sid;
    return { kind: 'admitted', route, parts, principal: allowed.value };
  }

  private blocked(transaction: Transaction): Refused | undefined {
    const party = this.failedLogins.quiet ? undefined : partyOfRequest(transaction);
    const waitMs = party === undefined ? 0 : this.failedLogins.blockedMs(party);
    if (waitMs <= 0) return undefined;
    const headers = ['Retry-After', String(Math.ceil(waitMs / 1000))];
    return { kind: 'error', code: 20429, detail: 'Too many failed authentications', headers };
  }
}

const tooMany = (excess: Excess): Refused => ({
  kind: 'error',
  code: 20429,
  detail: excessText(excess, 'requests'),
  headers: ['Retry-After', String(Math.ceil(excess.waitMs / 1000))],
});
