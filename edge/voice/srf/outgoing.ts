import { deferred } from '../deferred.ts';
import type { FinalResponse, OutgoingCall, OutgoingEnd } from '../signalling.ts';
import { challenger, challengesMax, type Challenges } from './challenges.ts';
import type { SrfFailure, SrfReceived, SrfSent, UacOptions } from './client.ts';
import { SrfCallDialog, type DialogSurroundings } from './dialog.ts';
import { customHeaders, readHeaders } from './headers.ts';
import type { Party } from './standing.ts';

/** An INVITE of ours over drachtio-srf. */
export class SrfOutgoing implements OutgoingCall {
  private readonly ending = deferred<OutgoingEnd>();
  private readonly hears: ((status: number, sdp: string) => void)[] = [];
  private readonly around: DialogSurroundings;
  private readonly party: Party;
  private readonly release: () => void;
  private readonly challenges: Challenges | undefined;
  private readonly left: (callId: string) => void;
  private sent: SrfSent | undefined;
  private canceled = false;

  /**
   * `release` is called once, when the call is over. `challenges` answers whoever asks who we are; `left` hears the
   * Call-ID. Options that turn out undefined: the call may not be made.
   */
  constructor(
    around: DialogSurroundings,
    party: Party,
    uri: string,
    options: UacOptions | Promise<UacOptions | undefined>,
    release: () => void,
    challenges?: Challenges,
    left: (callId: string) => void = () => undefined,
  ) {
    this.around = around;
    this.party = party;
    this.release = release;
    this.challenges = challenges;
    this.left = left;
    if (!(options instanceof Promise)) this.trySend(uri, options);
    else {
      void options.then((ready) => {
        if (ready !== undefined && !this.canceled) {
          this.trySend(uri, ready);
          return;
        }
        release();
        this.ending.resolve(this.canceled ? { kind: 'canceled' } : { kind: 'unreachable', why: 'forbidden' });
      });
    }
  }

  get end(): Promise<OutgoingEnd> {
    return this.ending.promise;
  }

  onProgress(hear: (status: number, sdp: string) => void): void {
    this.hears.push(hear);
  }

  cancel(): void {
    if (this.canceled) return;
    this.canceled = true;
    this.sendCancel();
  }

  /** drachtio-srf throws on some URIs that it cannot make sense of. */
  private trySend(uri: string, options: UacOptions): void {
    try {
      this.send(uri, options);
    } catch {
      this.release();
      this.ending.resolve({ kind: 'unreachable', why: 'transport' });
    }
  }

  private send(uri: string, options: UacOptions, challenged = 0): void {
    this.sent = undefined;
    const progress = {
      cbRequest: (error: Error | null, req?: SrfSent): void => {
        this.sent = error === null ? req : undefined;
        this.left(this.sent?.get('Call-ID') ?? '');
        // It was canceled before it was sent.
        if (this.canceled) this.sendCancel();
      },
      cbProvisional: ({ status, body }: { readonly status: number; readonly body: string }): void => {
        if (status > 100) for (const hear of this.hears) hear(status, body);
      },
    };
    this.around.srf.createUAC(uri, options, progress, (error, dialog) => {
      if (error !== null || dialog === undefined) {
        if (error?.res !== undefined && this.isAnswerable(error.res, challenged)) {
          this.sendAgain(uri, options, error.res, challenged);
          return;
        }
        this.release();
        this.ending.resolve(this.canceled ? { kind: 'canceled' } : endOf(error));
        return;
      }
      const own = new SrfCallDialog(dialog, this.party, this.around, this.release, this.challenges);
      if (!this.canceled) {
        const response = responseOf(dialog.res);
        this.ending.resolve({ kind: 'answered', dialog: own, sdp: dialog.remote.sdp, response });
        return;
      }
      // Section 9.1 of RFC 3261: the answer crossed our CANCEL, so the call stands and must be ended.
      own.bye();
      this.ending.resolve({ kind: 'canceled' });
    });
  }

  private isAnswerable(res: SrfReceived, challenged: number): boolean {
    if (this.canceled || challenged >= challengesMax) return false;
    return this.challenges?.heed(res, challenged > 0) ?? false;
  }

  /** The same call with the answer (RFC 3261 section 22.2): its Call-ID and From, the next CSeq. */
  private sendAgain(uri: string, options: UacOptions, res: SrfReceived, challenged: number): void {
    const proxy = options.proxy ?? challenger(uri, res);
    const headers = {
      ...options.headers,
      ...this.challenges?.headers('INVITE', uri, options.localSdp),
      From: res.get('From'),
      'Call-ID': res.get('Call-ID'),
      CSeq: `${Number.parseInt(res.get('CSeq'), 10) + 1} INVITE`,
    };
    try {
      this.send(uri, { ...options, headers, ...(proxy === undefined ? {} : { proxy }) }, challenged + 1);
    } catch {
      this.release();
      this.ending.resolve({ kind: 'unreachable', why: 'transport' });
    }
  }

  private sendCancel(): void {
    this.sent?.cancel(() => undefined);
  }
}

/**
 * What a failure of drachtio-srf's means. Where no response came, the server makes one up (RFC 3261 section 8.1.3.1): 408
 * if nobody answered, 503 if the request could not be sent. Nothing tells them from a peer's own, nor need they be.
 */
function endOf(error: SrfFailure | null): Exclude<OutgoingEnd, { kind: 'answered' | 'canceled' }> {
  const status = error?.status;
  if (status === undefined) return { kind: 'unreachable', why: 'transport' };
  if (status === 408) return { kind: 'unreachable', why: 'timeout' };
  return { kind: 'refused', status, reason: error?.reason ?? '', response: responseOf(error?.res) };
}

function responseOf(res: SrfReceived | undefined): FinalResponse {
  if (res === undefined) return { callId: '', customHeaders: [] };
  const headers = readHeaders(res.raw);
  return { callId: headers.get('call-id') ?? '', customHeaders: customHeaders(headers) };
}
