import type Srf from 'drachtio-srf';
import type { Result } from '../../../control/base/result.ts';

/** What the other side does in a call that stands. */
export interface TalkHandlers {
  /** BYE, or the dialog was lost. */
  readonly ended: () => void;
  /** A re-INVITE or UPDATE with this offer, '' for a late one: gives our SDP, or the status to refuse with. */
  readonly offered: (sdp: string) => Promise<Result<string, number>>;
  /** The answer to a late offer of ours. */
  readonly answered: (sdp: string) => void;
}

const sdpType = { 'Content-Type': 'application/sdp' };

/** A dialog of a phone. What happens before `handle` is kept for it. */
export class Talk {
  private readonly dialog: Srf.Dialog;
  private readonly missed: ((handlers: TalkHandlers) => void)[] = [];
  private handlers: TalkHandlers | undefined;
  private over = false;

  constructor(dialog: Srf.Dialog) {
    this.dialog = dialog;
    dialog.on('destroy', () => {
      this.over = true;
      this.tell(({ ended }) => ended());
    });
    const modify = (request: Srf.SrfRequest, response: Srf.SrfResponse): void =>
      this.tell((handlers) => void this.renegotiate(handlers, request, response));
    dialog.on('modify', modify);
    // An UPDATE without a body refreshes the session and asks for nothing (RFC 3311 §5.2, RFC 4028 §7.4).
    dialog.on('update', (request, response) => {
      if (request.body === '') response.send(200);
      else modify(request, response);
    });
    dialog.on('ack', (ack) => {
      const { body } = ack;
      if (body !== '') this.tell(({ answered }) => answered(body));
    });
  }

  handle(handlers: TalkHandlers): void {
    this.handlers = handlers;
    for (const tell of this.missed.splice(0)) tell(handlers);
  }

  /** Resolves when the BYE is answered, or nobody is there to answer it. */
  async hangUp(): Promise<void> {
    if (this.over) return;
    this.over = true;
    await new Promise<void>((resolve) => this.dialog.destroy({ headers: {} }, () => resolve()));
  }

  private tell(what: (handlers: TalkHandlers) => void): void {
    if (this.handlers === undefined) this.missed.push(what);
    else what(this.handlers);
  }

  private async renegotiate(
    { offered }: TalkHandlers,
    { body }: Srf.SrfRequest,
    response: Srf.SrfResponse,
  ): Promise<void> {
    const ours = await offered(body);
    if (ours.ok) response.send(200, { body: ours.value, headers: sdpType });
    else response.send(ours.error);
  }
}
