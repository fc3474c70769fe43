import { randomBytes } from 'node:crypto';
import { RtpPhone, type PhoneOptions } from './rtp-phone.ts';
import {
  addressOf,
  cseqOf,
  headerOf,
  methodOf,
  responseTo,
  statusOf,
  tagOf,
  type SipHeader,
  type SipMessage,
} from './sip-bytes.ts';
import type { PhoneManners, SipTrunk } from './sip-trunk.ts';

/** A call that a phone places. */
export interface CallTo extends PhoneOptions {
  readonly headers?: readonly SipHeader[];
  /** The host of the Request-URI; a name for a SIP domain. */
  readonly host?: string;
  /** Leaves it to the other side to offer, and answers with the ACK. */
  readonly late?: boolean;
}

/** Who ended a call, and before which it was what. */
export type Ended = 'edge' | 'phone' | 'cancelled' | 'refused';

interface Dialog {
  readonly callId: string;
  readonly ownUri: string;
  readonly ownTag: string;
  readonly farUri: string;
  farTag: string;
  /** Where requests go: the Contact of the other side. */
  target: string;
  cseq: number;
}

const sdpType: SipHeader = ['Content-Type', 'application/sdp'];

/** One call of one phone: its dialog, and its sound. From the answer on it sends RTP, silence at first. */
export class PhoneCall {
  readonly rtp: RtpPhone;
  /** The INVITE that began it. */
  readonly invite: SipMessage;
  /** Requests of the edge within it. */
  readonly requests: SipMessage[] = [];
  /** Provisional statuses that came before the final one. */
  readonly progress: number[] = [];
  /** Resolves when the call stands. */
  readonly established: Promise<void>;
  /** The INVITE's final status. */
  readonly final: Promise<SipMessage>;
  readonly over: Promise<Ended>;
  /** What the phone answers a REFER. */
  refers = 202;
  private readonly trunk: SipTrunk;
  private readonly dialog: Dialog;
  private establish: () => void = () => undefined;
  private conclude: (response: SipMessage) => void = () => undefined;
  private finish: (by: Ended) => void = () => undefined;
  private state: 'early' | 'stands' | 'over' = 'early';
  private timer: NodeJS.Timeout | undefined;
  private ownHeaders: readonly SipHeader[] = [];

  private constructor(trunk: SipTrunk, invite: SipMessage, dialog: Dialog, rtp: RtpPhone) {
    this.trunk = trunk;
    this.invite = invite;
    this.dialog = dialog;
    this.rtp = rtp;
    this.established = new Promise((resolve) => (this.establish = resolve));
    this.final = new Promise((resolve) => (this.conclude = resolve));
    this.over = new Promise((resolve) => (this.finish = resolve));
  }

  static async placed(trunk: SipTrunk, from: string, to: string, options: CallTo): Promise<PhoneCall> {
    const { headers = [], host = '127.0.0.1', late = false } = options;
    const rtp = await RtpPhone.open(options);
    const dialog: Dialog = {
      callId: `${randomBytes(8).toString('hex')}@carrier`,
      ownUri: `sip:${from}@${trunk.host}:${trunk.port}`,
      ownTag: randomBytes(4).toString('hex'),
      farUri: `sip:${to}@${host}`,
      farTag: '',
      target: `sip:${to}@${host}`,
      cseq: 1,
    };
    const [type, offer] = late ? [[], ''] : [[sdpType], rtp.sdp()];
    const invite = requestOf(trunk, dialog, 'INVITE', [...headers, ...type], offer);
    const call = new PhoneCall(trunk, invite, dialog, rtp);
    void trunk
      .send(invite, (response) => call.provisional(response))
      .then((response) => call.decided(response));
    return call;
  }

  static async received(trunk: SipTrunk, invite: SipMessage, options: PhoneOptions): Promise<PhoneCall> {
    const rtp = await RtpPhone.open(options);
    rtp.connect(invite.body);
    const [from, to] = [headerOf(invite, 'from'), headerOf(invite, 'to')];
    const dialog: Dialog = {
      callId: headerOf(invite, 'call-id'),
      ownUri: addressOf(to),
      ownTag: randomBytes(4).toString('hex'),
      farUri: addressOf(from),
      farTag: tagOf(from),
      target: addressOf(headerOf(invite, 'contact')),
      cseq: 100,
    };
    return new PhoneCall(trunk, invite, dialog, rtp);
  }

  get callId(): string {
    return this.dialog.callId;
  }

  /** Rings, then does as the manners say. */
  behave({ ringMs = 30, refuses, early, reliable = false, headers = [] }: PhoneManners): void {
    this.ownHeaders = headers;
    if (reliable) {
      this.respond(180, '', [
        ['Require', '100rel'],
        ['RSeq', '7'],
      ]);
      return;
    }
    if (early === undefined) this.respond(180);
    else {
      this.respond(183, this.rtp.sdp());
      this.rtp.say(...early);
    }
    if (ringMs === Infinity) return;
    this.timer = setTimeout(() => (refuses === undefined ? this.answer() : this.refuse(refuses)), ringMs);
  }

  answer(): void {
    if (this.state !== 'early') return;
    this.respond(200, this.rtp.sdp(), this.ownHeaders);
    this.state = 'stands';
    this.rtp.say();
  }

  refuse(status: number): void {
    if (this.state !== 'early') return;
    this.respond(status, '', this.ownHeaders);
    this.end('refused');
  }

  /** BYE, or CANCEL before the answer. Resolves when it is answered. */
  async hangUp(headers: readonly SipHeader[] = []): Promise<void> {
    if (this.state === 'early') {
      await this.trunk.send({
        start: this.invite.start.replace('INVITE', 'CANCEL'),
        headers: [
          ['Via', headerOf(this.invite, 'Via')],
          ...(['From', 'To', 'Call-ID'] as const).map((name): SipHeader => [
            name,
            headerOf(this.invite, name),
          ]),
          ['CSeq', `${cseqOf(this.invite)[0]} CANCEL`],
          ['Max-Forwards', '70'],
        ],
        body: '',
      });
      return;
    }
    if (this.state === 'over') return;
    this.end('phone');
    await this.request('BYE', headers);
  }

  /** Stops being there, as a phone whose battery is empty. */
  vanish(): void {
    clearTimeout(this.timer);
    if (this.state !== 'over') this.rtp.close();
    this.state = 'over';
  }

  /** Offers another direction; resolves with the answer's status. */
  async reinvite(direction: string): Promise<number> {
    const offer = this.build('INVITE', [sdpType], this.rtp.sdp(direction));
    const response = await this.trunk.send(offer);
    if (statusOf(response) === 200) {
      this.acknowledge(offer);
      this.rtp.connect(response.body);
    }
    return statusOf(response);
  }

  /** Has the other side offer anew, and takes it with this direction; resolves with the status. */
  async reinviteLate(direction: string): Promise<number> {
    const invite = this.build('INVITE', [], '');
    const response = await this.trunk.send(invite);
    if (statusOf(response) === 200) {
      this.rtp.connect(response.body);
      this.acknowledge(invite, this.rtp.sdp(direction));
    }
    return statusOf(response);
  }

  /** Presses digits; resolves when they have been sent, or the call is over. */
  async press(digits: string): Promise<void> {
    await Promise.race([this.rtp.dial(digits), this.over]);
  }

  /** Says these samples; resolves when they have been sent, or the call is over. */
  async speak(samples: Int16Array): Promise<void> {
    await Promise.race([this.rtp.speak(samples), this.over]);
  }

  /** Waits while so many times 20 ms are spoken, or until the call is over. */
  async listen(ticks: number): Promise<void> {
    await Promise.race([this.rtp.ticks(ticks), this.over]);
  }

  /** A request in the dialog; resolves with its final response. */
  request(method: string, headers: readonly SipHeader[] = [], body = ''): Promise<SipMessage> {
    return this.trunk.send(this.build(method, headers, body));
  }

  /** A request of the edge in this call. */
  hear(request: SipMessage): void {
    const method = methodOf(request);
    if (method !== 'ACK' && method !== 'INVITE') this.requests.push(request);
    switch (method) {
      case 'ACK':
        if (this.state === 'stands') this.establish();
        return;
      case 'BYE':
        this.reply(request, 200);
        this.end('edge');
        return;
      case 'CANCEL':
        this.reply(request, 200);
        if (this.state !== 'early') return;
        this.respond(487);
        this.end('cancelled');
        return;
      case 'INVITE':
        this.rtp.connect(request.body);
        this.reply(request, 200, this.rtp.sdp());
        return;
      case 'REFER':
        this.reply(request, this.refers);
        if (this.refers < 300)
          void this.request(
            'NOTIFY',
            [
              ['Event', 'refer'],
              ['Subscription-State', 'terminated;reason=noresource'],
              ['Content-Type', 'message/sipfrag'],
            ],
            'SIP/2.0 200 OK\r\n',
          );
        return;
      case 'PRACK':
        this.reply(request, 200);
        this.answer();
        return;
      default:
        this.reply(request, 200);
    }
  }

  private provisional(response: SipMessage): void {
    this.progress.push(statusOf(response));
    if (response.body !== '') this.rtp.connect(response.body);
    const sequence = headerOf(response, 'rseq');
    if (sequence === '') return;
    this.dialog.farTag = tagOf(headerOf(response, 'to'));
    this.dialog.target = addressOf(headerOf(response, 'contact'));
    void this.request('PRACK', [['RAck', `${sequence} ${headerOf(this.invite, 'cseq')}`]]);
  }

  private decided(response: SipMessage): void {
    const { dialog } = this;
    dialog.farTag = tagOf(headerOf(response, 'to'));
    this.conclude(response);
    if (statusOf(response) !== 200) {
      this.end(statusOf(response) === 487 ? 'cancelled' : 'refused');
      return;
    }
    dialog.target = addressOf(headerOf(response, 'contact'));
    this.rtp.connect(response.body);
    this.acknowledge(this.invite, this.invite.body === '' ? this.rtp.sdp() : '');
    this.state = 'stands';
    this.rtp.say();
    this.establish();
  }

  private end(by: Ended): void {
    if (this.state === 'over') return;
    this.state = 'over';
    clearTimeout(this.timer);
    this.rtp.close();
    this.finish(by);
  }

  private acknowledge(invite: SipMessage, answer = ''): void {
    const [number] = cseqOf(invite);
    const type = answer === '' ? [] : [sdpType];
    const ack = requestOf(this.trunk, { ...this.dialog, cseq: number }, 'ACK', type, answer);
    this.trunk.acknowledge(ack);
  }

  private build(method: string, headers: readonly SipHeader[], body: string): SipMessage {
    this.dialog.cseq++;
    return requestOf(this.trunk, this.dialog, method, headers, body);
  }

  /** A response to the INVITE. */
  private respond(status: number, body = '', more: readonly SipHeader[] = []): void {
    this.reply(this.invite, status, body, more);
  }

  private reply(request: SipMessage, status: number, body = '', more: readonly SipHeader[] = []): void {
    const contact: SipHeader = ['Contact', `<sip:phone@${this.trunk.host}:${this.trunk.port}>`];
    const headers = [contact, ...(body === '' ? [] : [sdpType]), ...more];
    this.trunk.respond(request, responseTo(request, status, { tag: this.dialog.ownTag, headers, body }));
  }
}

function requestOf(
  trunk: SipTrunk,
  { callId, ownUri, ownTag, farUri, farTag, target, cseq }: Dialog,
  method: string,
  headers: readonly SipHeader[],
  body: string,
): SipMessage {
  return {
    start: `${method} ${target} SIP/2.0`,
    headers: [
      ['Via', trunk.via()],
      ['From', `<${ownUri}>;tag=${ownTag}`],
      ['To', farTag === '' ? `<${farUri}>` : `<${farUri}>;tag=${farTag}`],
      ['Call-ID', callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', `<sip:phone@${trunk.host}:${trunk.port}>`],
      ['Max-Forwards', '70'],
      ...headers,
    ],
    body,
  };
}
