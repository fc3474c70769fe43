import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import type { Binding, Registrations } from '../../../control/sip-access/registrations.ts';
import type { Codec, LegOptions } from '../../../media/media.ts';
import { writeAsserted } from '../../sip/identity/asserted.ts';
import { writeDiversion } from '../../sip/identity/diversion.ts';
import { bare } from '../../sip/transport/flow.ts';
import { replaces } from '../../sip/message/fields.ts';
import { escapeUser, parseUri, unescapeUri, writeUri } from '../../sip/message/uri.ts';
import type {
  CallSource,
  Destination,
  IncomingCall,
  OutgoingCall,
  OutgoingRequest,
  Signalling,
} from '../signalling.ts';
import { Challenges, type Credentials } from './challenges.ts';
import type { SrfClient, SrfHeaders, SrfRequest, SrfResponse } from './client.ts';
import type { DialogSurroundings, SrfCallDialog } from './dialog.ts';
import type { Door, KnownDomain, Welcome } from './door.ts';
import { familyOf, isSecured, overTls } from './called-uri.ts';
import { ForkedCall } from './fork.ts';
import { displayName, readHeaders, repeated, tenantHeaders } from './headers.ts';
import { isWord, TrunkHealth, type TrunkObserver } from './health.ts';
import { SrfIncoming } from './incoming.ts';
import { partyOf, Standing, type Party } from './standing.ts';
import type { SignedCall, Stir } from './stir.ts';
import { SrfOutgoing } from './outgoing.ts';
import { Registrar } from './registrar.ts';
import { led, type TenantReach } from './tenant-reach.ts';
import { Trunk, type TrunkConfig } from './trunk.ts';
import { trunkOf } from './trunk-of.ts';
import { TrunkRegistration, type RegistrationState } from './trunk-registration.ts';

export interface SrfSignallingOptions {
  readonly srf: SrfClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly trunks: readonly TrunkConfig[];
  readonly door: Door;
  readonly endpoints: Registrations;
  /** Which SIP URIs of others tenants may call. */
  readonly reach: TenantReach;
  /** The edge's own domain, for From and P-Asserted-Identity. */
  readonly domain: string;
  readonly observer: TrunkObserver & RegistrationObserver;
  /** Proof of who calls, where the edge is set up for it. */
  readonly stir?: Stir;
}

export interface RegistrationObserver {
  /** A carrier granted or refused us, with the status of its answer. */
  registration(name: string, state: RegistrationState, status: number): void;
}

/** Seconds after which a carrier that met its limit may try again. */
const retryAfter = '1';

const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY';
const bothCodecs: readonly Codec[] = ['PCMU', 'PCMA'];

/** Calls over drachtio-srf: trunks by their addresses and limits, SIP domains by their door. */
export class SrfSignalling implements Signalling {
  private readonly options: SrfSignallingOptions;
  private readonly trunks: ReadonlyMap<string, Trunk>;
  private readonly health: TrunkHealth;
  private readonly registrar: Registrar;
  private readonly registrations = new Map<string, TrunkRegistration>();
  private readonly standing = new Standing<SrfCallDialog>();
  private readonly around: DialogSurroundings;
  private take: ((call: IncomingCall) => void) | undefined;

  constructor(options: SrfSignallingOptions) {
    const { srf, clock, trunks, observer } = options;
    this.options = options;
    this.around = { srf, clock, standing: this.standing };
    this.trunks = new Map(trunks.map((config) => [config.name, new Trunk(config, clock)]));
    this.health = new TrunkHealth(srf, clock, observer);
    for (const { name, credentials, registration } of trunks) {
      if (credentials === undefined || registration === undefined) continue;
      const tell = (state: RegistrationState, status: number): void =>
        observer.registration(name, state, status);
      const wanted = { ...credentials, ...registration };
      this.registrations.set(name, new TrunkRegistration(wanted, options, tell));
    }
    srf.invite((req, res) => this.invited(req, res));
    srf.options((req, res) => this.asked(req, res));
    this.registrar = new Registrar(options.door, options.endpoints, clock);
    srf.register((req, res) => void this.registrar.register(req, res));
  }

  serve(take: (call: IncomingCall) => void): void {
    this.take = take;
    this.health.start(Array.from(this.trunks.values()));
    this.registrar.start();
    for (const registration of this.registrations.values()) registration.renew();
    // A SIP server that comes back may have another address, which carriers must learn.
    this.options.srf.on('connect', (error) => {
      if (!error) for (const registration of this.registrations.values()) registration.renew();
    });
  }

  /** Resolves when carriers have been told that we go. */
  async stop(): Promise<void> {
    this.health.stop();
    this.registrar.stop();
    await Promise.all(Array.from(this.registrations.values(), (registration) => registration.stop()));
  }

  /** Each trunk's state and calls, for the operator. */
  trunkStates(): readonly {
    readonly name: string;
    readonly state: Trunk['state'];
    readonly calls: number;
    /** null: it does not register. */
    readonly registration: RegistrationState | null;
  }[] {
    return Array.from(this.trunks.values(), ({ name, state, limits }) => ({
      name,
      state,
      calls: limits.inUse,
      registration: this.registrations.get(name)?.state ?? null,
    }));
  }

  /** What a peer is offered, or may choose from. */
  codecs(peer: CallSource | Destination): readonly Codec[] {
    if (peer.kind !== 'trunk') return bothCodecs;
    const codecs = this.trunks.get(peer.carrier)?.codecs ?? [];
    return codecs.length === 0 ? bothCodecs : codecs;
  }

  /** As the trunk wants it; as the SIP domain does, or `;secure=true` says (https://www.twilio.com/docs/voice/api/secure-media). */
  soundTo(destination: Destination): Pick<LegOptions, 'srtp' | 'family'> {
    if (destination.kind === 'trunk') {
      const trunk = this.trunks.get(destination.carrier);
      return { srtp: trunk?.encrypts === true ? 'offer' : 'accept', family: trunk?.soundFamily };
    }
    const uri = parseUri(destination.uri);
    if (uri?.kind !== 'sip') return { srtp: 'accept' };
    const domain = this.options.door.domainAt(uri.host);
    const srtp = isSecured(uri) || domain?.secure === true ? 'offer' : 'accept';
    if (domain === undefined) return { srtp, family: familyOf(destination.uri) };
    // The endpoint that is tried first; those of one user are mostly in one network.
    const [[first] = []] = this.registrar.locate(uri.host, domain.sid, unescapeUri(uri.user ?? ''));
    return { srtp, family: familyOf(first?.via ?? '') };
  }

  originate(request: OutgoingRequest): OutgoingCall {
    const { destination } = request;
    return destination.kind === 'trunk'
      ? this.overTrunk(request, destination)
      : this.toUri(request, destination);
  }

  private overTrunk(
    request: OutgoingRequest,
    { carrier, number }: Extract<Destination, { kind: 'trunk' }>,
  ): OutgoingCall {
    const trunk = this.trunks.get(carrier);
    const { clock, stir } = this.options;
    if (trunk === undefined || trunk.state === 'down') return refused('transport');
    if (!trunk.limits.take(clock.now())) return refused('over-limit');
    const { sdp: localSdp, from, forwardedBy, passport } = request;
    const headers = this.headers(request);
    const options =
      stir?.sign === undefined
        ? { localSdp, headers }
        : signed(stir.sign, { from, to: number, forwardedBy, passport }).then((identity) => ({
            localSdp,
            headers: { ...headers, ...identity },
          }));
    const release = (): void => trunk.limits.give();
    const challenges = this.challengesOf(trunk.credentials);
    const party: Party = { kind: 'trunk', carrier };
    const to = trunk.uriOf(number);
    const call = new SrfOutgoing(this.around, party, to, options, release, challenges, request.sent);
    call.onProgress(() => this.health.heard(trunk));
    void call.end.then((end) => {
      if (end.kind === 'answered' || (end.kind === 'refused' && isWord(end.status))) this.health.heard(trunk);
    });
    return call;
  }

  private toUri(
    request: OutgoingRequest,
    { uri, username, password }: Extract<Destination, { kind: 'uri' }>,
  ): OutgoingCall {
    const { door } = this.options;
    const party: Party = { kind: 'tenant', accountSid: request.accountSid };
    const parsed = parseUri(uri);
    const domain = parsed?.kind === 'sip' ? door.domainAt(parsed.host) : undefined;
    const options = { localSdp: request.sdp, headers: this.headers(request) };
    if (parsed?.kind === 'sip' && domain !== undefined) {
      // An endpoint that registers here. Others' endpoints do not exist for this account.
      const own = domain.accountSid === request.accountSid;
      const user = unescapeUri(parsed.user ?? '');
      const groups = own ? this.registrar.locate(parsed.host, domain.sid, user) : [];
      if (groups.length === 0) return refused('not-registered');
      const headers = { ...options.headers, To: `<${writeUri({ ...parsed, headers: '' })}>` };
      const branch =
        ({ uri: contact, via }: Binding) =>
        (): OutgoingCall =>
          new SrfOutgoing(
            this.around,
            party,
            contact,
            { ...options, headers, proxy: via },
            () => undefined,
            undefined,
            request.sent,
          );
      return new ForkedCall(groups.map((bindings) => bindings.map(branch)));
    }
    const challenges = this.challengesOf(username === '' ? undefined : { username, password });
    const target = parsed?.kind === 'sip' && isSecured(parsed) ? overTls(parsed) : uri;
    const allowed = led(this.options.reach, target, options);
    return new SrfOutgoing(this.around, party, target, allowed, () => undefined, challenges, request.sent);
  }

  private challengesOf(credentials: Credentials | undefined): Challenges | undefined {
    return credentials === undefined ? undefined : new Challenges(credentials, this.options.random);
  }

  private headers({ from, callerName, forwardedBy, headers, destination }: OutgoingRequest): SrfHeaders {
    const { domain } = this.options;
    const own = `${displayName(callerName)}<sip:${escapeUser(from)}@${domain}>`;
    return {
      ...tenantHeaders(headers),
      From: own,
      // A carrier that trusts us takes the number from here (RFC 3325 section 9.1).
      ...(destination.kind === 'trunk' ? { 'P-Asserted-Identity': writeAsserted(from, domain) } : {}),
      ...(forwardedBy === '' ? {} : { Diversion: this.diversion(forwardedBy) }),
      Allow: allow,
      // A provisional response that must not be lost is confirmed (RFC 3262); drachtio-srf does so.
      Supported: '100rel, replaces',
    };
  }

  private diversion(number: string): string {
    const uri = `sip:${escapeUser(number)}@${this.options.domain}`;
    return writeDiversion({ uri, reason: 'unconditional', count: 1 });
  }

  private invited(req: SrfRequest, res: SrfResponse): void {
    const { clock, stir } = this.options;
    const { take } = this;
    if (take === undefined) {
      res.send(503);
      return;
    }
    const domain = this.domainOf(req);
    // No carrier calls SIP domains: who does so from its addresses is a tenant's equipment beside it.
    const trunk = domain === undefined ? trunkOf(this.trunks.values(), req) : undefined;
    if (trunk === 'unproven') {
      res.send(403);
      return;
    }
    if (trunk !== undefined) {
      this.health.heard(trunk);
      if (!trunk.limits.take(clock.now())) {
        res.send(503, { headers: { 'Retry-After': retryAfter } });
        return;
      }
      const source = { kind: 'trunk', carrier: trunk.name } as const;
      const release = (): void => trunk.limits.give();
      if (this.takesOver(source, req, res, release)) return;
      const called = trunk.calledUri(req.uri, readHeaders(req.msg.raw));
      const invited = { req, res, called, encrypted: trunk.encrypts };
      const call = new SrfIncoming(this.around, invited, source, release);
      void call.verify(stir).then(() => take(call));
      return;
    }
    const admitted = this.admitted(req, res);
    if (admitted === undefined) return;
    const invited = { req, res, encrypted: domain?.secure ?? false, username: admitted.user };
    if (this.takesOver(admitted.source, req, res, () => undefined)) return;
    take(new SrfIncoming(this.around, invited, admitted.source, () => undefined));
  }

  /** Whether the INVITE wants the place of a dialog that stands (RFC 3891); then it has been seen to. */
  private takesOver(source: CallSource, req: SrfRequest, res: SrfResponse, release: () => void): boolean {
    const headers = readHeaders(req.msg.raw);
    if (headers.get('replaces') === undefined) return false;
    const found = this.standing.find(replaces({ headers }), partyOf(source));
    if (found.ok) void found.value.takeOver(req, res, release);
    else {
      release();
      res.send(found.error);
    }
    return true;
  }

  private domainOf({ uri }: SrfRequest): KnownDomain | undefined {
    const parsed = parseUri(uri);
    return parsed?.kind === 'sip' ? this.options.door.domainAt(parsed.host) : undefined;
  }

  /** A tenant's own equipment; what cannot be let in has been answered. */
  private admitted(req: SrfRequest, res: SrfResponse): Extract<Welcome, { kind: 'let-in' }> | undefined {
    const uri = parseUri(req.uri);
    const welcome = this.options.door.judge({
      method: req.method,
      host: uri?.kind === 'sip' ? uri.host : '',
      sourceAddress: bare(req.source_address),
      protocol: req.protocol,
      headers: readHeaders(req.msg.raw),
    });
    switch (welcome.kind) {
      case 'let-in':
        return welcome;
      case 'challenge':
        res.send(407, { headers: repeated('Proxy-Authenticate', welcome.values) });
        return undefined;
      case 'refuse':
        res.send(welcome.status);
        return undefined;
    }
  }

  /** A trunk asks whether we are there; nobody else is told. */
  private asked(req: SrfRequest, res: SrfResponse): void {
    const trunk = trunkOf(this.trunks.values(), req);
    if (trunk === undefined || trunk === 'unproven') {
      res.send(403);
      return;
    }
    this.health.heard(trunk);
    res.send(200, { headers: { Allow: allow, Accept: 'application/sdp' } });
  }
}

/** The Identity headers of a call of ours (RFC 8224); none where it cannot be signed. */
const signed = (sign: NonNullable<Stir['sign']>, call: SignedCall): Promise<SrfHeaders> =>
  sign(call).then(
    (identities) => repeated('Identity', identities),
    () => ({}),
  );

/** A call that is not sent at all. */
const refused = (why: 'transport' | 'over-limit' | 'not-registered'): OutgoingCall => ({
  onProgress: () => undefined,
  end: Promise.resolve({ kind: 'unreachable', why }),
  cancel: () => undefined,
});
