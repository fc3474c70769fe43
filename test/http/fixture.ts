import { connect } from 'node:net';
import type { Account } from '../../control/accounts/account.ts';
import { systemClock, type Clock } from '../../control/base/clock.ts';
import { systemRandom } from '../../control/base/random.ts';
import { fail, ok } from '../../control/base/result.ts';
import { sidFactory } from '../../control/base/sid.ts';
import type { Route } from '../../edge/api/exchange.ts';
import type { Authenticated, Authority } from '../../edge/http/authority.ts';
import { silentObserver } from '../../edge/http/observer.ts';
import { openFrontDoor, type FrontDoor, type FrontDoorOptions } from '../../edge/http/server.ts';

export const sid = (prefix: string, n: number): string => prefix + n.toString(16).padStart(32, '0');

export function account(n: number, options: Partial<Account> = {}): Account {
  return {
    sid: sid('AC', n),
    no: n,
    ownerSid: sid('AC', n),
    friendlyName: `account ${n}`,
    status: 'active',
    type: 'Full',
    createdMs: 0,
    updatedMs: 0,
    ...options,
  };
}

export const parent = account(1);
export const child = account(2, { ownerSid: parent.sid });
export const suspendedChild = account(3, { ownerSid: parent.sid, status: 'suspended' });
export const stranger = account(4);
export const suspended = account(5, { status: 'suspended' });
export const testSid = sid('AC', 0xfe57);
export const standardKey = sid('SK', 1);
export const mainKey = sid('SK', 2);
/** Every user's password here. */
export const password = 'secret';

const accounts = [parent, child, suspendedChild, stranger, suspended];

/** Books with the accounts above. */
export const authority: Authority = {
  authenticate(user, given) {
    if (given !== password) return fail('wrongCredentials');
    const found = who(user);
    if (found === undefined) return fail('wrongCredentials');
    return found.account.status === 'active' ? ok(found) : fail(found.account.status);
  },
  canActOn({ account: owner, credential }, target) {
    if (credential.kind === 'testToken') return target === credential.sid ? owner : undefined;
    const found = accounts.find((one) => one.sid === target);
    return found?.ownerSid === owner.sid || found?.sid === owner.sid ? found : undefined;
  },
};

function who(user: string): Authenticated | undefined {
  if (user === testSid) return { account: parent, credential: { kind: 'testToken', sid: user } };
  if (user === standardKey)
    return { account: parent, credential: { kind: 'key', sid: user, main: false, allow: null } };
  if (user === mainKey)
    return { account: parent, credential: { kind: 'key', sid: user, main: true, allow: null } };
  const found = accounts.find((one) => one.sid === user);
  return found === undefined ? undefined : { account: found, credential: { kind: 'token' } };
}

export const basic = (user: string, given = password): string =>
  `Basic ${Buffer.from(`${user}:${given}`).toString('base64')}`;

/** A front door on a port of its own choosing, in plain HTTP unless the options say otherwise. */
export async function openDoor(
  routes: readonly Route[],
  options: Partial<FrontDoorOptions> = {},
): Promise<FrontDoor> {
  const clock: Clock = options.clock ?? systemClock;
  const opened = await openFrontDoor({
    http: { host: '127.0.0.1', port: 0 },
    https: null,
    proxy: null,
    domain: 'edge.example',
    routes,
    authority,
    sids: sidFactory(clock, systemRandom),
    observer: silentObserver,
    ...options,
  });
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

/** What came back on a raw connection, and whether the other end closed it. */
export interface RawReply {
  readonly text: string;
  readonly closed: boolean;
}

/**
 * Sends bytes and reads until the other end closes, or until `enough` says that the answer is whole. A text is sent as
 * Latin-1, so that any byte can be written.
 */
export function raw(
  port: number,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<RawReply> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    const end = (closed: boolean): void => {
      socket.destroy();
      resolve({ text, closed });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (enough(text)) end(false);
    });
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });
}

/** Whether `count` answers with a Content-Length are there whole. */
export const answers =
  (count: number) =>
  (text: string): boolean => {
    let rest = text;
    for (let i = 0; i < count; i++) {
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return false;
      const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
      if (rest.length < head + 4 + length) return false;
      rest = rest.slice(head + 4 + length);
    }
    return true;
  };
