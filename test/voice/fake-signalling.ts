import { fail, ok, type Result } from '../../control/base/result.ts';
import type { LegOptions } from '../../media/media.ts';
import type {
  Answered,
  CallSource,
  Destination,
  Dialog,
  DialogHandlers,
  HeaderList,
  IncomingCall,
  OutgoingCall,
  OutgoingEnd,
  OutgoingRequest,
  Signalling,
} from '../../edge/voice/signalling.ts';

/** A dialog whose other side is the test. */
export class FakeDialog implements Dialog {
  handlers: DialogHandlers | undefined;
  farewell: HeaderList = [];
  /** Whether our side has hung up. */
  byes = 0;
  readonly offers: string[] = [];
  readonly referred: { target: string; headers: HeaderList }[] = [];
  /** What the other side says to a REFER. */
  referral: Result<number, number> = ok(200);

  handle(handlers: DialogHandlers): void {
    this.handlers = handlers;
  }

  bye(): void {
    this.byes++;
  }

  reinvite(sdp: string): Promise<Result<string, number>> {
    this.offers.push(sdp);
    return Promise.resolve(ok('answer'));
  }

  refer(target: string, headers: HeaderList): Promise<Result<number, number>> {
    this.referred.push({ target, headers });
    return Promise.resolve(this.referral);
  }

  info(): Promise<Result<void, number>> {
    return Promise.resolve(ok(undefined));
  }

  /** The other side hangs up. */
  hangUp(headers: HeaderList = []): void {
    this.farewell = headers;
    this.handlers?.ended();
  }
}

export class FakeIncoming implements IncomingCall {
  readonly source: CallSource;
  readonly callId = 'call-id@peer';
  readonly sourceIp = '192.0.2.7';
  readonly username: string;
  readonly toHost = 'edge.test';
  readonly toUser: string;
  readonly fromUser: string;
  readonly toUri: string;
  readonly fromUri: string;
  readonly callerName = 'A Caller';
  readonly forwardedFrom: string;
  readonly stirVerstat = 'TN-Validation-Passed-A';
  readonly stirToken = 'a passport';
  readonly customHeaders: HeaderList;
  readonly offer: string;
  readonly encrypted: boolean;
  readonly dialog = new FakeDialog();
  rings = 0;
  readonly earlySdps: string[] = [];
  answered: string | undefined;
  rejected: { status: number; headers: HeaderList } | undefined;
  private canceled = false;
  private readonly cancels: (() => void)[] = [];

  constructor(
    change: Partial<
      Pick<
        IncomingCall,
        | 'source'
        | 'username'
        | 'toUser'
        | 'fromUser'
        | 'forwardedFrom'
        | 'customHeaders'
        | 'offer'
        | 'encrypted'
      >
    > = {},
  ) {
    this.source = change.source ?? { kind: 'trunk', carrier: 'alpha' };
    this.username = change.username ?? '';
    this.toUser = change.toUser ?? '+14155550001';
    this.fromUser = change.fromUser ?? '+12065550100';
    this.toUri = `sip:${this.toUser}@edge.test`;
    this.fromUri = `sip:${this.fromUser}@carrier.test`;
    this.forwardedFrom = change.forwardedFrom ?? '';
    this.customHeaders = change.customHeaders ?? [];
    this.offer = change.offer ?? 'the offer';
    this.encrypted = change.encrypted ?? false;
  }

  ring(earlySdp?: string): void {
    this.rings++;
    if (earlySdp !== undefined) this.earlySdps.push(earlySdp);
  }

  answer(sdp: string): Promise<Result<Answered, 'canceled' | 'failed'>> {
    if (this.canceled) return Promise.resolve(fail('canceled'));
    this.answered = sdp;
    return Promise.resolve(ok({ dialog: this.dialog, sdp: this.offer === '' ? 'late answer' : '' }));
  }

  reject(status: number, headers: HeaderList = []): void {
    this.rejected = { status, headers };
  }

  onCancel(hear: () => void): void {
    this.cancels.push(hear);
  }

  /** The caller gives up. */
  cancel(): void {
    this.canceled = true;
    for (const hear of this.cancels) hear();
  }
}

export class FakeOutgoing implements OutgoingCall {
  readonly request: OutgoingRequest;
  readonly dialog = new FakeDialog();
  readonly end: Promise<OutgoingEnd>;
  canceled = false;
  private readonly hears: ((status: number, sdp: string) => void)[] = [];
  private settle: (end: OutgoingEnd) => void = () => undefined;

  constructor(request: OutgoingRequest) {
    this.request = request;
    this.end = new Promise((resolve) => (this.settle = resolve));
  }

  onProgress(hear: (status: number, sdp: string) => void): void {
    this.hears.push(hear);
  }

  cancel(): void {
    this.canceled = true;
    this.settle({ kind: 'canceled' });
  }

  ring(status = 180, sdp = ''): void {
    for (const hear of this.hears) hear(status, sdp);
  }

  answer(sdp = 'their answer', customHeaders: HeaderList = []): void {
    const response = { callId: 'call-id@callee', customHeaders };
    this.settle({ kind: 'answered', dialog: this.dialog, sdp, response });
  }

  refuse(status: number, customHeaders: HeaderList = []): void {
    const response = { callId: 'call-id@callee', customHeaders };
    this.settle({ kind: 'refused', status, reason: '', response });
  }

  lose(why: 'timeout' | 'transport' | 'over-limit' = 'timeout'): void {
    this.settle({ kind: 'unreachable', why });
  }
}

/** SIP in the test's hands. */
export class FakeSignalling implements Signalling {
  readonly outgoing: FakeOutgoing[] = [];
  /** Trunks that encrypt. */
  readonly encrypting = new Set<string>();
  private take: ((call: IncomingCall) => void) | undefined;

  soundTo(destination: Destination): Pick<LegOptions, 'srtp'> {
    const encrypts = destination.kind === 'trunk' && this.encrypting.has(destination.carrier);
    return { srtp: encrypts ? 'offer' : 'accept' };
  }

  serve(take: (call: IncomingCall) => void): void {
    this.take = take;
  }

  originate(request: OutgoingRequest): FakeOutgoing {
    const call = new FakeOutgoing(request);
    this.outgoing.push(call);
    return call;
  }

  bring(call: FakeIncoming): void {
    this.take?.(call);
  }
}
