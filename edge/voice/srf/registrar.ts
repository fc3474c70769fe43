import type { Clock } from '../../../control/base/clock.ts';
import { addresses } from '../../sip/message/address.ts';
import { parseUri, unescapeUri } from '../../sip/message/uri.ts';
import type { SrfRequest, SrfResponse } from './client.ts';
import type { Door } from './door.ts';
import { readHeaders, repeated } from './headers.ts';
import { expiresMax, expiresMin, Registrations, type Binding } from './registrations.ts';

/** One REGISTER names no more endpoints than this. */
const contactsMax = 10;

/** Takes the registrations of endpoints at SIP Domains, and knows where they are. */
export class Registrar {
  private readonly door: Door;
  private readonly clock: Clock;
  private readonly registrations = new Registrations();

  constructor(door: Door, clock: Clock) {
    this.door = door;
    this.clock = clock;
  }

  /** Answers a REGISTER (RFC 3261 section 10.3). */
  register(req: SrfRequest, res: SrfResponse): void {
    const headers = readHeaders(req.msg.raw);
    const registered = parseUri(addresses({ headers }, 'to')?.[0]?.uri ?? '');
    if (registered?.kind !== 'sip' || registered.user === undefined) {
      res.send(400);
      return;
    }
    const welcome = this.door.judge({
      method: 'REGISTER',
      host: registered.host,
      sourceAddress: req.source_address,
      protocol: req.protocol,
      headers,
    });
    if (welcome.kind === 'challenge') {
      res.send(401, { headers: repeated('WWW-Authenticate', welcome.values) });
      return;
    }
    // Nobody registers under another's name.
    const user = unescapeUri(registered.user);
    if (welcome.kind === 'refuse' || welcome.user !== user) {
      res.send(welcome.kind === 'refuse' ? welcome.status : 403);
      return;
    }
    const address = keyOf(welcome.source.domainSid, user);
    const contacts = headers.get('contact') === '*' ? 'all' : addresses({ headers }, 'contact');
    if (contacts === 'all') this.registrations.clear(address);
    else if (contacts === undefined || contacts.length > contactsMax) {
      res.send(400);
      return;
    } else {
      const wanted = headers.get('expires') ?? '';
      for (const { uri, params } of contacts) {
        const seconds = secondsOf(params.get('expires') ?? wanted);
        if (seconds > 0 && seconds < expiresMin) {
          res.send(423, { headers: { 'Min-Expires': String(expiresMin) } });
          return;
        }
        const untilMs = this.clock.now() + Math.min(seconds, expiresMax) * 1_000;
        const binding: Binding = { uri, via: viaOf(req), untilMs };
        if (this.registrations.put(address, binding, this.clock.now()) === 'refused') {
          res.send(403);
          return;
        }
      }
    }
    const nowMs = this.clock.now();
    const bindings = this.registrations
      .at(address, nowMs)
      .map(({ uri, untilMs }) => `<${uri}>;expires=${Math.round((untilMs - nowMs) / 1_000)}`);
    res.send(200, { headers: bindings.length === 0 ? {} : { Contact: bindings.join(', ') } });
  }

  /** Where an endpoint of a domain may be called, the latest first. */
  locate(domainSid: string, user: string): readonly Binding[] {
    return this.registrations.at(keyOf(domainSid, user), this.clock.now());
  }
}

const keyOf = (domainSid: string, user: string): string => `${domainSid} ${user}`;

/** Without a wish an endpoint is remembered as long as may be. */
const secondsOf = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : expiresMax);

/** The REGISTER's own source: what the endpoint says of itself is often an address behind its NAT. */
function viaOf({ source_address: host, source_port: port, protocol }: SrfRequest): string {
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `sip:${shown}:${port};transport=${protocol}`;
}
