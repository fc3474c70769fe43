import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Binding, Registrations } from '../../../control/sip-access/registrations.ts';
import { address } from '../../sip/message/address.ts';
import { tokens } from '../../sip/message/fields.ts';
import { parseUri, unescapeUri } from '../../sip/message/uri.ts';
import { bare } from '../../sip/transport/flow.ts';
import { sourceUri } from './challenges.ts';
import type { SrfHeaders, SrfRequest, SrfResponse } from './client.ts';
import type { Door } from './door.ts';
import { readHeaders, repeated } from './headers.ts';
import { contactsOf, expiresMin, registered } from './register-request.ts';

/** How often those are forgotten whose time is over. */
const sweepMs = 600_000;

interface Answer {
  readonly status: number;
  readonly headers: SrfHeaders;
}

const answer = (status: number, headers: SrfHeaders = {}): Answer => ({ status, headers });

/** Takes the registrations of endpoints at SIP Domains, and knows where they are. */
export class Registrar {
  private readonly door: Door;
  private readonly registrations: Registrations;
  private readonly clock: Clock;
  private timer: Timer | undefined;

  constructor(door: Door, registrations: Registrations, clock: Clock) {
    this.door = door;
    this.registrations = registrations;
    this.clock = clock;
  }

  start(): void {
    this.registrations.sweep(this.clock.now());
    this.timer = this.clock.after(sweepMs, () => this.start());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Answers a REGISTER (RFC 3261 section 10.3); what it changes is on disk before that. */
  async register(req: SrfRequest, res: SrfResponse): Promise<void> {
    const { status, headers } = await this.answerTo(req).catch(() => ({ status: 500, headers: {} }));
    res.send(status, { headers });
  }

  private async answerTo(req: SrfRequest): Promise<Answer> {
    const headers = readHeaders(req.msg.raw);
    const extensions = tokens({ headers }, 'require');
    if (extensions.length > 0) return answer(420, { Unsupported: extensions.join(', ') });
    const who = parseUri(address({ headers }, 'to')?.uri ?? '');
    if (who?.kind !== 'sip' || who.user === undefined) return answer(400);
    const { protocol } = req;
    const sourceAddress = bare(req.source_address);
    const welcome = this.door.judge({ method: 'REGISTER', host: who.host, sourceAddress, protocol, headers });
    if (welcome.kind === 'challenge') return answer(401, repeated('WWW-Authenticate', welcome.values));
    if (welcome.kind === 'refuse') return answer(welcome.status);
    // Nobody registers under another's name.
    const user = unescapeUri(who.user);
    if (welcome.user !== user) return answer(403);
    const { domainSid } = welcome.source;
    const nowMs = this.clock.now();
    const current = this.registrations.at(domainSid, user, nowMs);
    const via = sourceUri(sourceAddress, req.source_port, protocol);
    const changed = registered(current, headers, via, nowMs);
    if (!changed.ok)
      return answer(changed.error, changed.error === 423 ? { 'Min-Expires': String(expiresMin) } : {});
    const bindings = changed.value;
    if (bindings !== current) {
      if (current.length === 0 && !this.registrations.hasRoom(domainSid)) return answer(403);
      await this.registrations.keep(domainSid, user, bindings);
    }
    return answer(200, bindings.length === 0 ? {} : { Contact: contactsOf(bindings, nowMs) });
  }

  /**
   * Where an endpoint of a domain may be called: groups of bindings that ring together, the one to try first at first
   * (RFC 3261 section 16.6). Empty if nobody is there, or he may not register any more.
   */
  locate(host: string, domainSid: string, user: string): readonly (readonly Binding[])[] {
    if (!this.door.mayRegister(host, user)) return [];
    const groups = new Map<number, Binding[]>();
    for (const binding of this.registrations.at(domainSid, user, this.clock.now())) {
      groups.set(binding.priority, [...(groups.get(binding.priority) ?? []), binding]);
    }
    return [...groups].toSorted(([one], [other]) => other - one).map(([, bindings]) => bindings);
  }
}
