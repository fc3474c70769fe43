import { messageCommands, messageOf, textOf } from '../../smpp/message.ts';
import type { ShortMessage } from '../../smpp/message.ts';
import { parseReceipt, receiptKind } from '../../smpp/receipt.ts';
import { idForms, idKey } from '../../smpp/receipt-id.ts';
import { tlvBytes } from '../../smpp/tlvs.ts';
import type { SmppEvent, WireEvent } from '../events/wire-event.ts';
import { endpointText } from '../packets/endpoint.ts';
import type { Endpoint } from '../packets/endpoint.ts';
import type { MessageSubject } from './subject.ts';

/** How many requests may wait for their responses. */
const requestsMax = 20_000;
/** Fewer digits than this at the end of a number say nothing. */
const digitsAlikeMin = 7;

interface Request {
  readonly event: SmppEvent;
  readonly belongs:
    | 'yes'
    /** Its addresses and time fit: so it does, unless its response names another message. */
    | 'perhaps'
    /** Only its response can tell. */
    | 'unknown';
}

/** Finds the PDUs of one message among all that pass. */
export class MessageMatcher {
  private readonly subject: MessageSubject;
  private readonly keys: Set<string>;
  /** Whether the ids were given, or learnt from responses to what the addresses have found. */
  private readonly certain: boolean;
  /** The hosts between which it has passed. */
  private readonly pairs = new Set<string>();
  private readonly requests = new Map<string, Request>();

  constructor(subject: MessageSubject) {
    this.subject = subject;
    this.keys = new Set(subject.ids.map(idKey).filter((key) => key !== ''));
    this.certain = this.keys.size > 0;
  }

  /** What is now known to belong: a request may be known only when its response has come. */
  push(event: WireEvent): readonly WireEvent[] {
    if (event.kind !== 'smpp') return [];
    return event.pdu.command.isResponse ? this.answered(event) : this.asked(event);
  }

  /** What was never answered and seems to belong. */
  end(): readonly WireEvent[] {
    const left = [...this.requests.values()].filter(({ belongs }) => belongs === 'perhaps');
    this.requests.clear();
    return left.map(({ event }) => event);
  }

  private asked(event: SmppEvent): readonly WireEvent[] {
    const { pdu } = event;
    if (!carriesMessage(event)) return [];
    const message = messageOf(pdu);
    const belongs =
      pdu.command !== messageCommands.submit && receiptKind(message.esmClass) !== undefined
        ? this.isReceipt(event, message)
          ? 'yes'
          : undefined
        : this.fits(event, message)
          ? 'perhaps'
          : 'unknown';
    if (belongs === undefined) return [];
    this.requests.set(requestKey(event.source, event.destination, pdu.sequence), { event, belongs });
    if (this.requests.size > requestsMax) {
      const [oldest = ''] = this.requests.keys();
      this.requests.delete(oldest);
    }
    return belongs === 'yes' ? [event] : [];
  }

  private answered(event: SmppEvent): readonly WireEvent[] {
    const key = requestKey(event.destination, event.source, event.pdu.sequence);
    const request = this.requests.get(key);
    if (request === undefined) return [];
    this.requests.delete(key);
    if (request.belongs === 'yes') return [event];
    const id = givenId(event);
    // Two carriers may give two messages one id: the recipient tells them apart.
    const named = this.keys.has(id) && alike(messageOf(request.event.pdu).destination.addr, this.subject.to);
    const guessed = request.belongs === 'perhaps' && (id === '' || !this.certain);
    if (!named && !guessed) return [];
    if (id !== '') this.keys.add(id);
    this.pairs.add(pairOf(event));
    return [request.event, event];
  }

  /**
   * A form of the id that is not its own counts only from the recipient's address: see `idForms`. The id as it stands
   * counts between the hosts where the message has passed, too: some SMSCs name others as senders of their receipts.
   */
  private isReceipt(event: SmppEvent, message: ShortMessage): boolean {
    const payload = tlvBytes(message.tlvs, 'message_payload');
    const text = (message.shortMessage.length > 0 ? message.shortMessage : payload)?.toString('latin1') ?? '';
    const receipt = parseReceipt(message.esmClass, text, message.tlvs);
    if (receipt === undefined) return false;
    const known = this.pairs.has(pairOf(event));
    const fromRecipient = alike(message.source.addr, this.subject.to);
    return receipt.messageIds.some((id) =>
      idForms(id).some((form, i) => (fromRecipient || (i === 0 && known)) && this.keys.has(form)),
    );
  }

  private fits(event: SmppEvent, { source, destination }: ShortMessage): boolean {
    const { from, to, fromUs, untilUs } = this.subject;
    if (event.timeUs < fromUs || event.timeUs > untilUs) return false;
    return alike(source.addr, from) && alike(destination.addr, to);
  }
}

const carriesMessage = ({ pdu: { command } }: SmppEvent): boolean =>
  command === messageCommands.submit ||
  command === messageCommands.deliver ||
  command === messageCommands.data;

/** The key of the message_id in a response; '' where it has none. */
const givenId = ({ pdu }: SmppEvent): string =>
  pdu.status === 0 && pdu.command.fields.some(({ name }) => name === 'message_id')
    ? idKey(textOf(pdu, 'message_id'))
    : '';

const pairOf = ({ source, destination }: SmppEvent): string =>
  [source.address, destination.address].sort().join(' ');

const requestKey = (from: Endpoint, to: Endpoint, sequence: number): string =>
  `${endpointText(from)} ${endpointText(to)} ${sequence}`;

/** Whether two addresses may be one: carriers leave out the plus sign or the country. */
export function alike(a: string, b: string): boolean {
  const [short, long] = [plain(a), plain(b)].sort((x, y) => x.length - y.length) as [string, string];
  if (short === long) return true;
  return /^\d+$/.test(short) && short.length >= digitsAlikeMin && long.endsWith(short);
}

const plain = (address: string): string => address.replace(/^(?:\+|0+(?=\d{7}))/, '');
