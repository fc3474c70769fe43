import { readFileSync } from 'node:fs';
import type { Account } from '../../control/accounts/account.ts';
import type { Authenticator, AuthFailure } from '../../control/accounts/authenticator.ts';
import type { SmppLogins } from '../../control/accounts/smpp-logins.ts';
import type { Clock } from '../../control/base/clock.ts';
import { assertNever, fail, ok, type Result } from '../../control/base/result.ts';
import { isSid } from '../../control/base/sid.ts';
import type { Log } from '../../control/log/log.ts';
import type { Config } from '../config.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { messageOfSubmit, statusOf } from '../messaging/tenants/submissions.ts';
import type { SmppObserver } from '../smpp/observer.ts';
import type { BindVerdict } from '../smpp/server-config.ts';
import type { ServerSession } from '../smpp/server-session.ts';
import { SmppServer } from '../smpp/server.ts';
import { status } from '../smpp/status.ts';

type SmppConfig = NonNullable<Config['smpp']>;

/** deliver_sm and submit_sm under way at once in one session. */
const inboundWindowFactor = 2;

/** Who may bind: both ways to log in lead to an account. */
export interface TenantLogins {
  readonly authenticator: Authenticator;
  readonly smppLogins: SmppLogins;
}

/**
 * The account that binds. system_id is an account SID or an API key SID, the password its secret; or, for clients
 * held to the sizes of SMPP 3.4, a short pair made by the operator.
 */
function accountOf(
  logins: TenantLogins,
  systemId: string,
  password: string,
): Result<Account, AuthFailure | 'testToken'> {
  if (!isSid(systemId, 'AC') && !isSid(systemId, 'SK'))
    return logins.smppLogins.authenticate(systemId, password);
  const found = logins.authenticator.authenticate(systemId, password);
  if (!found.ok) return found;
  const { account, credential } = found.value;
  return credential.kind === 'testToken' ? fail('testToken') : ok(account);
}

/** The listeners where tenants bind. */
export function tenantServers(
  config: SmppConfig,
  messaging: Messaging,
  logins: TenantLogins,
  around: { readonly clock: Clock; readonly log: Log; readonly observer: SmppObserver },
): readonly SmppServer<Account>[] {
  const sessionsOf = new Map<number, number>();
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
      if (receives(session)) messaging.deliveries.bound(session.peer.no, session);
    },
    unbound(session, reason) {
      sessionsOf.set(session.peer.no, (sessionsOf.get(session.peer.no) ?? 1) - 1);
      around.log.info({ account: session.peer.sid, role: session.role, reason }, 'tenant unbound');
      messaging.deliveries.unbound(session.peer.no, session);
    },
    capacity: (session) => messaging.deliveries.due(session.peer.no),
    submit(session, sm, reply) {
      const wanted = messageOfSubmit(session.peer, sm, around.clock, messaging.validityMaxMs);
      if (!wanted.ok) {
        reply(wanted.error);
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
  if (tls === undefined) return [new SmppServer({ ...serverConfig, ...listen }, handlers, around)];
  const secure = { cert: readFileSync(tls.certificate, 'utf8'), key: readFileSync(tls.key, 'utf8') };
  if (tls.listen === undefined)
    return [new SmppServer({ ...serverConfig, ...listen, tls: secure }, handlers, around)];
  return [
    new SmppServer({ ...serverConfig, ...listen }, handlers, around),
    new SmppServer({ ...serverConfig, ...tls.listen, tls: secure }, handlers, around),
  ];
}

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
