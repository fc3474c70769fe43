import type { Account } from '../../control/accounts/account.ts';
import type { Accounts } from '../../control/accounts/accounts.ts';
import type { Authenticator, AuthFailure } from '../../control/accounts/authenticator.ts';
import type { Rates } from '../../control/accounts/rates.ts';
import type { SmppLogins } from '../../control/accounts/smpp-logins.ts';
import type { Bind } from '../../control/base/bind.ts';
import type { Clock } from '../../control/base/clock.ts';
import { assertNever, fail, ok, type Result } from '../../control/base/result.ts';
import { isSid } from '../../control/base/sid.ts';
import { readPair, type Pair, type PairFiles } from '../../control/certificates/pair.ts';
import type { Address } from '../../control/config/address.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { Config } from '../config.ts';
import { permits } from '../http/authenticate.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { messageOfSubmit, statusOf } from '../messaging/tenants/submissions.ts';
import type { SmppObserver } from '../smpp/observer.ts';
import type { BindVerdict, ServerCertificate } from '../smpp/server-config.ts';
import type { ServerSession } from '../smpp/server-session.ts';
import { SmppServer } from '../smpp/server.ts';
import { status } from '../smpp/status.ts';
import type { Closer } from './closers.ts';
import { followCertificate } from './certificates.ts';
import { TenantWatch } from './tenant-watch.ts';

type SmppConfig = NonNullable<Config['smpp']>;

/** What a restricted key needs in order to bind. */
const sending = '/twilio/messaging/messages/create';

/** How long a session may take to end while another process waits to listen in this one's place. */
const yieldMs = 500;

/** deliver_sm and submit_sm under way at once in one session. */
const inboundWindowFactor = 2;

/** Who may bind: both ways to log in lead to an account. */
export interface TenantLogins {
  readonly authenticator: Authenticator;
  readonly smppLogins: SmppLogins;
  readonly accounts: Pick<Accounts, 'fetch' | 'effectiveStatus'>;
  readonly messageRates: Pick<Rates, 'enter'>;
}

/**
 * The account that binds. system_id is an account SID or an API key SID, the password its secret; or, for clients
 * held to the sizes of SMPP 3.4, a short pair made by the operator.
 */
function accountOf(
  logins: TenantLogins,
  systemId: string,
  password: string,
): Result<Account, AuthFailure | 'testToken' | 'notAllowed'> {
  if (!isSid(systemId, 'AC') && !isSid(systemId, 'SK'))
    return logins.smppLogins.authenticate(systemId, password);
  const found = logins.authenticator.authenticate(systemId, password);
  if (!found.ok) return found;
  const { account, credential } = found.value;
  if (credential.kind === 'testToken') return fail('testToken');
  const bars = credential.kind === 'key' && credential.allow !== null && !permits(credential.allow, sending);
  return bars ? fail('notAllowed') : ok(account);
}

export interface TenantSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly observer: SmppObserver;
  /** Notes how what has been opened is ended. */
  readonly opened: (close: Closer) => void;
  /** How the listeners' addresses are bound; default: for this process alone. */
  readonly bind?: Bind;
}

/**
 * Opens the listeners where tenants bind; gives the port of the first. Rejects with Node's error if one cannot be bound,
 * and with the reason if the certificate cannot be used.
 */
export async function openTenantServers(
  config: SmppConfig,
  messaging: Pick<Messaging, 'deliveries' | 'acceptance' | 'validityMaxMs'>,
  logins: TenantLogins,
  around: TenantSurroundings,
): Promise<number> {
  const [first, ...others] = tenantServers(config, messaging, logins, around);
  for (const server of [first, ...others]) {
    await server.listen(around.bind);
    around.opened((yielding) => server.stop(yielding ? yieldMs : Infinity));
  }
  return first.port;
}

function tenantServers(
  config: SmppConfig,
  messaging: Parameters<typeof openTenantServers>[1],
  logins: TenantLogins,
  around: TenantSurroundings,
): readonly [SmppServer<Account>, ...SmppServer<Account>[]] {
  const sessionsOf = new Map<number, number>();
  const watch = new TenantWatch(around.clock, ({ sid }) => {
    const account = logins.accounts.fetch(sid);
    return account !== undefined && logins.accounts.effectiveStatus(account) === 'active';
  });
  around.opened(() => watch.stop());
  const handlers: ConstructorParameters<typeof SmppServer<Account>>[1] = {
    authenticate: ({ systemId, password }) => {
      const found = accountOf(logins, systemId, password);
      if (!found.ok) {
        const refused = found.error === 'wrongCredentials' ? status.ESME_RINVPASWD : status.ESME_RBINDFAIL;
        return Promise.resolve({ ok: false, status: refused });
      }
      const account = found.value;
      const full = (sessionsOf.get(account.no) ?? 0) >= config.maxSessionsPerAccount;
      const verdict: BindVerdict<Account> = full
        ? { ok: false, status: status.ESME_RBINDFAIL }
        : { ok: true, peer: account };
      return Promise.resolve(verdict);
    },
    bound(session) {
      sessionsOf.set(session.peer.no, (sessionsOf.get(session.peer.no) ?? 0) + 1);
      around.log.info({ account: session.peer.sid, role: session.role }, 'tenant bound');
      watch.add(session);
      if (receives(session)) messaging.deliveries.bound(session.peer.no, session);
    },
    unbound(session, reason) {
      sessionsOf.set(session.peer.no, (sessionsOf.get(session.peer.no) ?? 1) - 1);
      around.log.info({ account: session.peer.sid, role: session.role, reason }, 'tenant unbound');
      watch.remove(session);
      messaging.deliveries.unbound(session.peer.no, session);
    },
    capacity: (session) => messaging.deliveries.due(session.peer.no),
    submit(session, sm, reply) {
      const wanted = messageOfSubmit(session.peer, sm, around.clock, messaging.validityMaxMs);
      if (!wanted.ok) {
        reply(wanted.error);
        return;
      }
      if (logins.messageRates.enter([session.peer.sid]) !== undefined) {
        reply(status.ESME_RTHROTTLED);
        return;
      }
      messaging.acceptance.accept(wanted.value).then(
        (accepted) => {
          if (accepted.ok) reply(status.ESME_ROK, accepted.value.sid);
          else reply(statusOf(accepted.error));
        },
        () => reply(status.ESME_RSYSERR),
      );
    },
  };
  const serverConfig = {
    name: 'tenants',
    systemId: 'strowger',
    window: config.window,
    inboundWindow: config.window * inboundWindowFactor,
    limits: { connectionsMax: config.maxSessions },
  };
  const { listen, tls } = config;
  const plainAt = (address: Address): SmppServer<Account> =>
    new SmppServer({ ...serverConfig, ...address }, handlers, around);
  const secureAt = (address: Address, tls: NonNullable<SmppConfig['tls']>): SmppServer<Account> => {
    const files: PairFiles = { certificate: tls.certificate, key: tls.key, ca: tls.clientCa };
    const pair = readPair(files);
    if (typeof pair === 'string') throw new Error(pair);
    const server = new SmppServer(
      { ...serverConfig, ...address, tls: certificateOf(pair) },
      handlers,
      around,
    );
    const stop = followCertificate(files, 'smpp', around, (next) =>
      server.setSecureContext(certificateOf(next)),
    );
    around.opened(stop);
    return server;
  };
  if (tls === undefined) return [plainAt(listen)];
  return tls.listen === undefined ? [secureAt(listen, tls)] : [plainAt(listen), secureAt(tls.listen, tls)];
}

const certificateOf = ({ certificate: cert, key, authorities }: Pair): ServerCertificate => ({
  cert,
  key,
  clientAuthorities: authorities,
});

function receives({ role }: ServerSession<Account>): boolean {
  switch (role) {
    case 'transceiver':
    case 'receiver':
      return true;
    case 'transmitter':
      return false;
    default:
      return assertNever(role);
  }
}
