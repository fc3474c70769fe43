import { isIP } from 'node:net';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { isSid, sidBytes, type Sid } from '../../../control/base/sid.ts';
import type { Store } from '../../../control/store/store.ts';
import { isFinal as isMessageOver } from '../../messaging/message.ts';
import { messageTable } from '../../messaging/store/message-table.ts';
import type { Call } from '../../voice/call.ts';
import { CallBook } from '../../voice/store/call-book.ts';
import type { Subject } from '../correlate/subject.ts';
import { canonicalAddress } from '../packets/ip.ts';
import type { Window } from '../ring/read.ts';

/** What is to be found, and when it may have passed. */
export interface Wanted {
  readonly subject: Subject;
  readonly window: Window;
}

/** Signalling comes before its row is written, and a BYE's answer or a receipt's response after the last change. */
const beforeMs = 5_000;
const afterMs = 15_000;
const legsMax = 100;

/** A call with the legs that its <Dial>s have placed. Fails with a sentence. */
export function wantedCall(store: Store, sid: Sid, clock: Clock): Result<Wanted, string> {
  const book = new CallBook(store, clock);
  const call = book.get(sid);
  if (call === undefined) return fail(`there is no call ${sid}`);
  const { rows } = book.list(call.accountNo, { parentSid: sid }, { limit: legsMax });
  const legs = [call, ...rows];
  const callIds = legs.flatMap((leg) => book.dialogsOf(leg.sid));
  if (callIds.length === 0) return fail(`no INVITE of ${sid} has come or gone`);
  const nowMs = clock.now();
  const ends = legs.map(({ endedMs }) => (endedMs === 0 ? nowMs : endedMs));
  const begun = legs.map((leg: Call) => leg.createdMs);
  return ok({
    subject: { kind: 'call', callIds },
    window: { fromMs: Math.min(...begun) - beforeMs, untilMs: Math.max(...ends) + afterMs },
  });
}

/** A message, in or out. Fails with a sentence. */
export function wantedMessage(store: Store, sid: Sid, clock: Clock): Result<Wanted, string> {
  const message =
    isSid(sid, 'SM') || isSid(sid, 'MM') ? store.table(messageTable).get(sidBytes(sid)) : undefined;
  if (message?.sid !== sid) return fail(`there is no message ${sid}`);
  const { from, to, parts, createdMs, updatedMs, status } = message;
  const fromMs = createdMs - beforeMs;
  const untilMs = (isMessageOver(status) ? updatedMs : clock.now()) + afterMs;
  // Tenants who submit by SMPP are given the SID itself.
  const ids = [...parts.map(({ carrierId }) => carrierId), sid].filter((id) => id !== '');
  return ok({
    subject: { kind: 'message', ids, from, to, fromUs: fromMs * 1000, untilUs: untilMs * 1000 },
    window: { fromMs, untilMs },
  });
}

/** What of a carrier's configuration says where it is. */
export interface LinkedCarrier {
  readonly name: string;
  readonly smpp?: { readonly url: { readonly host: string; readonly port: number } } | undefined;
  readonly sip?: { readonly proxy: string; readonly accept: readonly string[] } | undefined;
}

/** Addresses of a name; [] if it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A carrier's link and trunk, from a time on until now. Fails with a sentence. */
export async function wantedLink(
  carriers: readonly LinkedCarrier[],
  name: string,
  window: Window,
  resolve: Resolve,
): Promise<Result<Wanted, string>> {
  const carrier = carriers.find((one) => one.name === name);
  if (carrier === undefined) {
    const names = carriers.map((one) => one.name).join(', ');
    return fail(`no carrier is called ${name}${names === '' ? '' : ` (${names})`}`);
  }
  const { smpp, sip } = carrier;
  const remotes: { address: string; port?: number }[] = [];
  const add = async (host: string, port: number): Promise<void> => {
    for (const address of isIP(host) === 0 ? await resolve(host) : [host])
      remotes.push({ address: canonicalAddress(address), port });
  };
  if (smpp !== undefined) await add(smpp.url.host, smpp.url.port);
  const proxy = sip === undefined ? undefined : proxyOf(sip.proxy);
  if (proxy !== undefined) await add(proxy.host, proxy.port);
  // A host that a trunk calls from; where it is also where we call, it is known with its port.
  for (const network of sip?.accept ?? [])
    if (isIP(network) !== 0 && !remotes.some(({ address }) => address === network))
      remotes.push({ address: canonicalAddress(network) });
  if (remotes.length === 0) return fail(`the DNS knows no address of ${name}`);
  return ok({ subject: { kind: 'link', remotes }, window });
}

const defaultPorts = { sip: 5060, sips: 5061 } as const;

/** Where `sip:host:port;…` is. */
export function proxyOf(uri: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(sips?):(?:\[([^\]]+)\]|([^:;?]+))(?::(\d{1,5}))?/i.exec(uri);
  if (match === null) return undefined;
  const [, scheme = 'sip', bracketed, plain = '', port] = match;
  const secure = scheme.toLowerCase() === 'sips' || /;transport=tls/i.test(uri);
  return {
    host: bracketed ?? plain,
    port: port === undefined ? defaultPorts[secure ? 'sips' : 'sip'] : Number(port),
  };
}
