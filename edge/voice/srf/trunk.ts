import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Clock } from '../../../control/base/clock.ts';
import type { Codec } from '../../../media/media.ts';
import { address } from '../../sip/message/address.ts';
import type { Headers } from '../../sip/message/headers.ts';
import { escapeUser, parseUri, unescapeUri, writeUri } from '../../sip/message/uri.ts';
import { bare } from '../../sip/transport/flow.ts';
import { familyOf } from './called-uri.ts';
import type { Credentials } from './challenges.ts';
import { TrunkLimits } from './limits.ts';

/** A carrier's trunk as the configuration has it (`carriers[].sip`). */
export interface TrunkConfig {
  readonly name: string;
  /** A SIP URI without a user: where calls go. */
  readonly proxy: string;
  /** Addresses and networks that calls come from. */
  readonly accept: readonly string[];
  /** Domains, one of which a certificate must name for calls to be its own, wherever they come from. Default none. */
  readonly subjects?: readonly string[];
  readonly cps: number;
  readonly channels: number;
  readonly codecs: readonly string[];
  /** `require`: sound is encrypted, or there is no call; `accept`: where the carrier offers it. Default `accept`. */
  readonly srtp?: 'accept' | 'require';
  /** What we prove who we are with where the carrier asks. */
  readonly credentials?: Credentials;
  /** Where and for how long we register with `credentials`. */
  readonly registration?: { readonly registrar: string; readonly expiresSeconds: number };
}

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** A trunk: who belongs to it, what it carries, and whether its peer is there. */
export class Trunk {
  readonly name: string;
  readonly limits: TrunkLimits;
  /** Those of its codecs that media has. */
  readonly codecs: readonly Codec[];
  readonly proxy: string;
  readonly credentials: Credentials | undefined;
  readonly encrypts: boolean;
  private readonly registers: boolean;
  /** `unknown` until it has answered anything; calls are tried then. */
  state: 'unknown' | 'up' | 'down' = 'unknown';
  private readonly subjects: ReadonlySet<string>;
  private readonly networks: readonly Network[];
  /** The family of the address that it answered from last. */
  private answersOver: 4 | 6 | undefined;

  constructor(config: TrunkConfig, clock: Clock) {
    this.name = config.name;
    this.proxy = config.proxy;
    this.credentials = config.credentials;
    this.encrypts = config.srtp === 'require';
    this.registers = config.registration !== undefined;
    this.limits = new TrunkLimits(config.cps, config.channels, clock.now());
    this.codecs = config.codecs.filter((codec) => codec === 'PCMU' || codec === 'PCMA');
    this.subjects = new Set(config.subjects);
    this.networks = config.accept.map(networkOf);
  }

  /** Whether calls from this address are its own. */
  accepts(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  }

  /** Whether calls must prove by a certificate that they are its own. */
  get demandsProof(): boolean {
    return this.subjects.size > 0;
  }

  /** Whether a peer that has proven to be these domains is this one. */
  isNamed(domains: readonly string[]): boolean {
    return domains.some((domain) => this.subjects.has(domain));
  }

  /** It has answered from this address. */
  answeredFrom(address: string): void {
    const family = isIP(bare(address));
    if (family === 4 || family === 6) this.answersOver = family;
  }

  /**
   * Over which IP its sound is offered: of its address; where it has a name, which may lead to either (RFC 3263), of
   * where it was last found. undefined as long as that is not known.
   */
  get soundFamily(): 4 | 6 | undefined {
    return familyOf(this.proxy) ?? this.answersOver;
  }

  /**
   * The URI that a call of its was for. Calls to who has registered come to the Contact that was registered (RFC 3261
   * section 16.5), and the number that was dialled is in To alone.
   */
  calledUri(requestUri: string, headers: Headers): string {
    const uri = parseUri(requestUri);
    const contact = uri?.kind === 'sip' ? unescapeUri(uri.user ?? '') : undefined;
    if (!this.registers || contact !== this.credentials?.username) return requestUri;
    return address({ headers }, 'to')?.uri ?? requestUri;
  }

  /** Where a number is called on it: the proxy's URI with the number as its user. */
  uriOf(number: string): string {
    const proxy = parseUri(this.proxy);
    if (proxy?.kind !== 'sip') return this.proxy;
    const params = new Map(proxy.params);
    params.set('user', 'phone');
    return writeUri({ ...proxy, user: escapeUser(number), params });
  }
}

function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
