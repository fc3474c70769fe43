import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { parseNameAddr } from '../../sip/message/address.ts';
import { deferred } from '../deferred.ts';
import type { Dialog, DialogHandlers, HeaderList } from '../signalling.ts';
import { challengesMax, type Challenges } from './challenges.ts';
import type { SrfClient, SrfDialog, SrfHeaders, SrfReceived, SrfRequest, SrfResponse } from './client.ts';
import { readInfoDigit } from './dtmf-info.ts';
import { customHeaders, readHeaders, tenantHeaders } from './headers.ts';
import type { Party, Standing } from './standing.ts';

/** What all dialogs of a signalling have in common. */
export interface DialogSurroundings {
  readonly srf: SrfClient;
  readonly clock: Clock;
  readonly standing: Standing<SrfCallDialog>;
}

/** A request within the dialog. */
interface InDialog {
  readonly method: string;
  readonly headers: SrfHeaders;
  readonly body?: string;
}

/** How long the other side may take to carry out a REFER. */
const referMs = 60_000;

/** A dialog of drachtio-srf's. Its listeners are set at once, because its first request may be here already. */
export class SrfCallDialog implements Dialog {
  private dialog: SrfDialog;
  private readonly around: DialogSurroundings;
  private readonly party: Party;
  private handlers: DialogHandlers | undefined;
  private release: () => void;
  private over = false;
  /** An offer of ours awaits its answer in an ACK. */
  private offering = false;
  farewell: HeaderList = [];
  private readonly notified: ((status: number) => void)[] = [];
  private challenges: Challenges | undefined;

  /** `release` is called once, when the dialog is over. `challenges` are those that the INVITE answered. */
  constructor(
    dialog: SrfDialog,
    party: Party,
    around: DialogSurroundings,
    release: () => void,
    challenges?: Challenges,
  ) {
    this.challenges = challenges;
    this.dialog = dialog;
    this.party = party;
    this.around = around;
    this.release = release;
    this.listen(dialog);
  }

  handle(handlers: DialogHandlers): void {
    this.handlers = handlers;
    // The BYE may have come before anybody listened.
    if (this.over) handlers.ended();
  }

  /**
   * Lets whoever sends this INVITE take the other side's place (RFC 3891 section 3): the call and its sound go on, and
   * the one who was there is told BYE. `release` is called once, when the new dialog is over or did not come to be.
   */
  async takeOver(req: SrfRequest, res: SrfResponse, release: () => void): Promise<void> {
    const { remote } = this.dialog;
    const offer = req.body;
    const answer = await this.answerTo(offer);
    if (!answer.ok) {
      release();
      res.send(answer.error);
      return;
    }
    this.around.srf.createUAS(req, res, { localSdp: answer.value }, (error, dialog) => {
      if (error !== null || dialog === undefined) {
        release();
        // Sound goes back to the one who is still there.
        void this.answerTo(remote.sdp);
      } else if (this.over) {
        release();
        dialog.destroy({}, () => undefined);
      } else {
        const before = { dialog: this.dialog, release: this.release };
        this.around.standing.remove(before.dialog.sip);
        this.dialog = dialog;
        this.release = release;
        this.challenges = undefined;
        this.offering = offer === '';
        this.listen(dialog);
        before.dialog.destroy({}, () => undefined);
        before.release();
      }
    });
  }

  bye(): void {
    if (this.over) return;
    this.over = true;
    this.around.standing.remove(this.dialog.sip);
    const headers = this.proof('BYE');
    // Whoever asked for the INVITE's credentials may ask again for the BYE's; drachtio-srf hides that answer.
    if (Object.keys(headers).length === 0) this.dialog.destroy({}, () => undefined);
    else this.ask({ method: 'BYE', headers: {} }, () => this.dialog.destroy({}, () => undefined));
    this.release();
  }

  reinvite(sdp: string): Promise<Result<string, number>> {
    const { promise, resolve } = deferred<Result<string, number>>();
    if (this.over) return Promise.resolve(fail(481));
    this.dialog.modify(sdp, { headers: this.proof('INVITE', sdp) }, (error, answer) =>
      resolve(error === null ? ok(answer ?? '') : fail(error.status ?? 500)),
    );
    return promise;
  }

  refer(target: string, headers: HeaderList): Promise<Result<number, number>> {
    const { promise, resolve } = deferred<Result<number, number>>();
    if (this.over) return Promise.resolve(fail(481));
    const limit = this.around.clock.after(referMs, () => resolve(ok(408)));
    this.notified.push((status) => resolve(ok(status)));
    const request = {
      method: 'REFER',
      headers: { ...tenantHeaders(headers), 'Refer-To': `<${target.replace(/[<>\r\n]/g, '')}>` },
    };
    this.ask(request, (error, res) => {
      const status = res?.status ?? 500;
      if (error !== null || status >= 300) resolve(fail(error === null ? status : 500));
    });
    return promise.finally(() => limit.cancel());
  }

  info(contentType: string, body: string): Promise<Result<void, number>> {
    const { promise, resolve } = deferred<Result<void, number>>();
    if (this.over) return Promise.resolve(fail(481));
    this.ask({ method: 'INFO', headers: { 'Content-Type': contentType }, body }, (error, res) => {
      const status = error === null ? (res?.status ?? 500) : 500;
      resolve(status < 300 ? ok(undefined) : fail(status));
    });
    return promise;
  }

  /** What proves who we are to a peer that has asked in this dialog. */
  private proof(method: string, body = ''): SrfHeaders {
    return this.challenges?.headers(method, this.dialog.remote.uri ?? '', body) ?? {};
  }

  /** A request within the dialog, with an answer to whoever asks who we are. */
  private ask(
    request: InDialog,
    done: (error: Error | null, res?: SrfReceived) => void,
    challenged = 0,
  ): void {
    const headers = { ...request.headers, ...this.proof(request.method, request.body) };
    this.dialog.request({ ...request, headers }, (error, res) => {
      const again =
        res !== undefined &&
        challenged < challengesMax &&
        (this.challenges?.heed(res, challenged > 0) ?? false);
      if (again) this.ask(request, done, challenged + 1);
      else done(error, res);
    });
  }

  /** Hears of a dialog for as long as it is this one's. */
  private listen(dialog: SrfDialog): void {
    this.around.standing.add(dialog.sip, this, this.party);
    dialog.on('destroy', (bye) => {
      if (this.dialog === dialog) this.ended(bye);
    });
    dialog.on('modify', (req, res) => void this.offered(req, res));
    dialog.on('ack', (ack) => this.acknowledged(ack.body));
    dialog.on('update', (req, res) => void this.updated(req, res));
    dialog.on('info', (req, res) => this.heardInfo(req, res));
    dialog.on('refer', (req, res) => this.referred(req, res));
    dialog.on('notify', (req, res) => this.notify(req, res));
  }

  private answerTo(offer: string): Promise<Result<string, number>> {
    return this.handlers?.offered(offer) ?? Promise.resolve(fail(480));
  }

  private ended(bye: SrfRequest | undefined): void {
    if (this.over) return;
    this.over = true;
    this.around.standing.remove(this.dialog.sip);
    if (bye?.msg !== undefined) this.farewell = customHeaders(readHeaders(bye.msg.raw));
    this.release();
    // A peer that was referred elsewhere may hang up without another word (RFC 5589 section 6.1).
    for (const hear of this.notified.splice(0)) hear(200);
    this.handlers?.ended();
  }

  private async offered(req: SrfRequest, res: SrfResponse): Promise<void> {
    const answer = await this.answerTo(req.body);
    this.offering = answer.ok && req.body === '';
    if (answer.ok) res.send(200, { body: answer.value, headers: { 'Content-Type': 'application/sdp' } });
    else res.send(answer.error);
  }

  private acknowledged(sdp: string): void {
    if (this.offering && sdp !== '') this.handlers?.answered(sdp);
    this.offering = false;
  }

  /** RFC 3311: an UPDATE without an offer only refreshes the session. */
  private async updated(req: SrfRequest, res: SrfResponse): Promise<void> {
    if (req.body === '') res.send(200);
    else await this.offered(req, res);
  }

  private heardInfo(req: SrfRequest, res: SrfResponse): void {
    const digit = readInfoDigit(req.has('Content-Type') ? req.get('Content-Type') : '', req.body);
    res.send(200);
    if (digit !== undefined) this.handlers?.digit(digit.digit, digit.durationMs);
  }

  private referred(req: SrfRequest, res: SrfResponse): void {
    const target = parseNameAddr(req.has('Refer-To') ? req.get('Refer-To') : '')?.uri;
    if (target === undefined) {
      res.send(400);
      return;
    }
    const status = this.handlers?.referred(target) ?? 603;
    res.send(status);
    if (status >= 300 || this.over) return;
    // Section 2.4.4 of RFC 3515: what becomes of it is told once; it is taken over by an application here.
    const headers = {
      Event: 'refer',
      'Subscription-State': 'terminated;reason=noresource',
      'Content-Type': 'message/sipfrag;version=2.0',
    };
    this.ask({ method: 'NOTIFY', headers, body: 'SIP/2.0 200 OK\r\n' }, () => undefined);
  }

  private notify(req: SrfRequest, res: SrfResponse): void {
    res.send(200);
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(req.body)?.[1] ?? 0);
    if (status >= 200) for (const hear of this.notified.splice(0)) hear(status);
  }
}
