import type { Account } from '../../control/accounts/account.ts';
import type { CategoryName } from '../../control/billing/categories.ts';
import type { Detail } from '../../control/billing/details.ts';
import type { Meter } from '../../control/billing/meter.ts';
import { pricedAs, type MessageQuery } from '../../control/billing/tariff.ts';
import { assertNever } from '../../control/base/result.ts';
import { isAlphanumericSender, isShortCode } from '../../control/inventory/e164.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { Message, Status } from './message.ts';

/** What a message's status means for its price. */
export type ChargeState = 'held' | 'spent' | 'released';

/** A message costs once a carrier has all of it, or has brought it; until then its price is held. */
export function chargeStateOf(status: Status): ChargeState {
  switch (status) {
    case 'accepted':
    case 'scheduled':
    case 'queued':
    case 'sending':
    case 'receiving':
      return 'held';
    case 'sent':
    case 'delivered':
    case 'undelivered':
    case 'received':
      return 'spent';
    case 'failed':
    case 'canceled':
      return 'released';
    default:
      return assertNever(status);
  }
}

/** The usage category of a message, by its number on our side. */
function categoryOf({
  direction,
  from,
  to,
  media,
}: Pick<Message, 'direction' | 'from' | 'to' | 'media'>): CategoryName {
  const kind = media > 0 ? 'mms' : 'sms';
  if (direction === 'inbound') return `${kind}-inbound-${isShortCode(to) ? 'shortcode' : 'longcode'}`;
  if (isAlphanumericSender(from)) return `${kind}-outbound`;
  return `${kind}-outbound-${isShortCode(from) ? 'shortcode' : 'longcode'}`;
}

type Payer = Pick<Account, 'sid' | 'ownerSid'>;

const payersMax = 100_000;

/** Lets messages hold, spend and release money as their status changes, in the commit of that change. */
export class MessageCharges {
  private readonly meter: Meter;
  private readonly accountByNo: (no: number) => Account | undefined;
  /** Whose money it is never changes. */
  private readonly payers = new Map<number, Payer>();

  constructor(meter: Meter, accountByNo: (no: number) => Account | undefined) {
    this.meter = meter;
    this.accountByNo = accountByNo;
  }

  /** What a message of so many segments costs, in millionths. */
  price(account: Account, segments: number, query: Omit<MessageQuery, 'plan'>): number {
    return segments * this.meter.segmentMicros(account, query);
  }

  /** The same of one that has come in for a number of ours. */
  inboundPrice(account: Account, segments: number, number: PhoneNumber): number {
    const query = { direction: 'inbound', kind: 'sms', senderType: number.type } as const;
    return this.price(account, segments, { ...query, number: pricedAs(number) });
  }

  affords(account: Account, micros: number): boolean {
    return this.meter.wallet.affords(account, micros);
  }

  /** A message came to be, or its status changed. */
  changed(message: Message, before: Status | undefined, atMs: number): void {
    const { priceMicros } = message;
    if (priceMicros === null) return;
    const was = before === undefined ? 'released' : chargeStateOf(before);
    const is = chargeStateOf(message.status);
    if (was === is) return;
    const payer = this.payerOf(message.accountNo);
    if (payer === undefined) return;
    if (was === 'held') this.meter.wallet.release(payer.ownerSid, priceMicros);
    if (is === 'held') this.meter.wallet.hold(payer.ownerSid, priceMicros);
    if (is === 'spent') for (const detail of detailsOf(message, payer, atMs)) this.meter.record(detail);
  }

  /** The price of a message changed while it was held. */
  repriced(before: Message, message: Message): void {
    const payer = chargeStateOf(before.status) === 'held' ? this.payerOf(before.accountNo) : undefined;
    if (payer === undefined) return;
    this.meter.wallet.release(payer.ownerSid, before.priceMicros ?? 0);
    this.meter.wallet.hold(payer.ownerSid, message.priceMicros ?? 0);
  }

  private payerOf(no: number): Payer | undefined {
    const known = this.payers.get(no);
    if (known !== undefined) return known;
    const account = this.accountByNo(no);
    if (account === undefined) return undefined;
    if (this.payers.size >= payersMax) this.payers.clear();
    const payer = { sid: account.sid, ownerSid: account.ownerSid };
    this.payers.set(no, payer);
    return payer;
  }
}

/** One for each segment; their prices add up to the message's. */
function detailsOf(message: Message, payer: Payer, atMs: number): readonly Detail[] {
  const { segments, parts } = message;
  const partMicros = (message.priceMicros ?? 0) / segments;
  const category = categoryOf(message);
  return Array.from({ length: segments }, (_, part) => ({
    atMs,
    accountSid: payer.sid,
    ownerSid: payer.ownerSid,
    resourceSid: message.sid,
    part,
    category,
    count: part === 0 ? 1 : 0,
    usage: 1,
    priceMicros: partMicros,
    from: message.from,
    to: message.to,
    carrier: message.carrier,
    carrierId: parts[part]?.carrierId ?? '',
  }));
}
