import { fail, ok, type Result } from '../../../control/base/result.ts';
import { callerOf } from '../../sip/identity/asserted.ts';
import { forwardedFrom } from '../../sip/identity/diversion.ts';
import { numberOf } from '../../sip/identity/number.ts';
import { parseUri, unescapeUri } from '../../sip/message/uri.ts';
import { bare } from '../../sip/transport/flow.ts';
import { deferred } from '../deferred.ts';
import type { Answered, CallSource, HeaderList, IncomingCall } from '../signalling.ts';
import type { SrfDialog, SrfHeaders, SrfRequest, SrfResponse } from './client.ts';
import { SrfCallDialog, type DialogSurroundings } from './dialog.ts';
import { customHeaders, readHeaders } from './headers.ts';
import { partyOf } from './standing.ts';
import { verifyMaxMs, type Stir, type StirVerdict } from './stir.ts';

/** How long a caller who made no offer may take to answer ours with his ACK. */
const ackMs = 32_000;

/** An INVITE as it came; `called` is whom it is for, if that is not its Request-URI. */
interface Invited {
  readonly req: SrfRequest;
  readonly res: SrfResponse;
  readonly encrypted: boolean;
  readonly called?: string;
  readonly username?: string;
}

/** An INVITE of drachtio-srf's. `release` is called once, when the call is over. */
export class SrfIncoming implements IncomingCall {
  readonly source: CallSource;
  readonly callId: string;
  readonly sourceIp: string;
  readonly username: string;
  readonly toHost: string;
  readonly toUser: string;
  readonly fromUser: string;
  readonly toUri: string;
  readonly fromUri: string;
  readonly callerName: string;
  readonly forwardedFrom: string;
  stirVerstat = '';
  stirToken = '';
  readonly customHeaders: HeaderList;
  readonly offer: string;
  readonly encrypted: boolean;
  private readonly identities: readonly string[];
  private readonly around: DialogSurroundings;
  private readonly req: SrfRequest;
  private readonly res: SrfResponse;
  private state: 'ringing' | 'answering' | 'over' = 'ringing';
  private readonly release: () => void;
  private hearCancel: (() => void) | undefined;

  constructor(
    around: DialogSurroundings,
    { req, res, encrypted, called = req.uri, username = '' }: Invited,
    source: CallSource,
    release: () => void,
  ) {
    this.release = release;
    this.around = around;
    this.req = req;
    this.res = res;
    this.encrypted = encrypted;
    this.source = source;
    const headers = readHeaders(req.msg.raw);
    const caller = callerOf(headers, source.kind === 'trunk');
    this.callId = headers.get('call-id') ?? '';
    this.sourceIp = bare(req.source_address);
    this.username = username;
    this.toHost = hostOf(called);
    this.toUri = plainUri(called);
    this.toUser = userOf(called);
    this.fromUri = caller === undefined ? '' : plainUri(caller.address.uri);
    this.fromUser =
      caller === undefined || caller.hidden ? 'anonymous' : (caller.number ?? userOf(caller.address.uri));
    this.callerName = caller?.hidden === true ? '' : (caller?.address.display ?? '');
    this.forwardedFrom = forwardedFrom(headers) ?? '';
    this.customHeaders = customHeaders(headers);
    this.offer = req.body;
    this.identities = headers.all('identity');
    req.on('cancel', () => {
      if (this.state === 'over') return;
      // While the 200 is on its way, `answer` says what became of it.
      if (this.state === 'ringing') this.release();
      this.state = 'over';
      this.hearCancel?.();
    });
  }

  /** Asks for the proof of who calls, for so long as a caller may wait for it. */
  async verify(stir: Stir | undefined): Promise<void> {
    if (stir?.verify === undefined || this.identities.length === 0) return;
    const { promise, resolve } = deferred<StirVerdict | undefined>();
    const late: StirVerdict = { verstat: 'No-TN-Validation', token: undefined };
    const limit = this.around.clock.after(verifyMaxMs, () => resolve(late));
    void stir
      .verify({ identities: this.identities, from: this.fromUser, to: this.toUser })
      .then(resolve, () => resolve(undefined));
    const { verstat = '', token = '' } = (await promise) ?? {};
    this.stirVerstat = verstat;
    this.stirToken = token;
    limit.cancel();
  }

  ring(earlySdp = ''): void {
    if (this.state !== 'ringing') return;
    if (earlySdp === '') this.res.send(180);
    else this.res.send(183, { body: earlySdp, headers: { 'Content-Type': 'application/sdp' } });
  }

  async answer(sdp: string): Promise<Result<Answered, 'canceled' | 'failed'>> {
    if (this.state !== 'ringing') return fail('canceled');
    this.state = 'answering';
    const { promise, resolve } = deferred<Result<Answered, 'canceled' | 'failed'>>();
    this.around.srf.createUAS(this.req, this.res, { localSdp: sdp }, (error, dialog) => {
      if (error !== null || dialog === undefined) {
        const canceled = this.state === 'over' || (error as { status?: number } | null)?.status === 487;
        this.release();
        resolve(fail(canceled ? 'canceled' : 'failed'));
        return;
      }
      const own = new SrfCallDialog(dialog, partyOf(this.source), this.around, this.release);
      if (this.offer !== '') resolve(ok({ dialog: own, sdp: '' }));
      else this.awaitAck(dialog, (answer) => resolve(ok({ dialog: own, sdp: answer })));
    });
    return promise;
  }

  reject(status: number, headers: HeaderList = []): void {
    if (this.state !== 'ringing') return;
    this.state = 'over';
    this.release();
    const list: SrfHeaders = Object.fromEntries(headers);
    this.res.send(status, { headers: list });
  }

  onCancel(hear: () => void): void {
    this.hearCancel = hear;
    if (this.state === 'over') hear();
  }

  /** A late offer's answer is in the ACK (RFC 3261 section 13.2.1); '' if none comes. */
  private awaitAck(dialog: SrfDialog, take: (sdp: string) => void): void {
    const limit = this.around.clock.after(ackMs, () => take(''));
    dialog.on('ack', (ack) => {
      limit.cancel();
      take(ack.body);
    });
  }
}

/** The user part of a SIP URI, or the number of one. */
function userOf(uri: string): string {
  const number = numberOf(uri);
  if (number !== undefined) return number;
  const parsed = parseUri(uri);
  return parsed?.kind === 'sip' ? unescapeUri(parsed.user ?? '') : '';
}

function hostOf(uri: string): string {
  const parsed = parseUri(uri);
  return parsed?.kind === 'sip' ? parsed.host.toLowerCase() : '';
}

/** `sip:user@host`, without parameters, as Twilio shows addresses. */
function plainUri(uri: string): string {
  const parsed = parseUri(uri);
  if (parsed?.kind !== 'sip') return uri;
  const user = parsed.user === undefined ? '' : `${parsed.user}@`;
  return `sip:${user}${parsed.host}`;
}
