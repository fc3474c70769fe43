import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { SidFactory } from '../../../control/base/sid.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import type { PhoneNumber } from '../../../control/inventory/number.ts';
import type { MessagingServices } from '../../../control/messaging-services/messaging-services.ts';
import type { Store } from '../../../control/store/store.ts';
import type { DeliverSm } from '../../smpp/message.ts';
import { parseReceipt, receiptKind } from '../../smpp/receipt.ts';
import { status } from '../../smpp/status.ts';
import type { DefaultAlphabet } from '../../smpp/text/data-coding.ts';
import { decodeShortMessage } from '../../smpp/text/decode.ts';
import { tlvBytes } from '../../smpp/tlvs.ts';
import type { MessageCharges } from '../charges.ts';
import type { Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import type { NumberLookup } from '../outbound/judgement.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { Ledger } from '../store/ledger.ts';
import { readFragments, readInbound, type Fragment } from './fragment.ts';
import { applicationOf } from './application.ts';
import type { Inbox } from './inbox.ts';
import type { KeywordAnswers } from './keyword-answers.ts';
import { Partials } from './partials.ts';
import { senderAddress } from './sender-address.ts';
import type { Assembled, ReassemblyLimits } from './reassembly.ts';

export interface InboundDeps {
  readonly ledger: Ledger;
  readonly charges: MessageCharges;
  readonly receipts: Receipts;
  readonly inbox: Inbox;
  readonly keywordAnswers: KeywordAnswers;
  readonly guards: Pick<Guards, 'refusesInbound'>;
  readonly lookup: NumberLookup;
  readonly services: Pick<MessagingServices, 'recentServiceOf'>;
  readonly activeAccount: (sid: string) => Account | undefined;
  /** Whether an SMPP receiver of the account is bound or has been: it then gets what no URL is configured for. */
  readonly hasReceiver: (account: Account) => boolean;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly observer: MessagingObserver;
  /** What a carrier means by data_coding 0. */
  readonly alphabetOf: (carrier: string) => DefaultAlphabet;
  readonly limits: ReassemblyLimits;
}

/** What carriers bring: receipts, and messages for tenants' numbers. Answers only what is on disk. */
export class Inbound {
  private readonly deps: InboundDeps;
  private readonly partials: Partials;

  constructor(store: Store, deps: InboundDeps) {
    this.deps = deps;
    this.partials = new Partials(store, deps.clock, deps.limits, (row, incomplete) => {
      const { carrier, from } = row;
      const number = this.numberOf(row.to);
      const account = this.ownerOf(number);
      if (number === undefined || account === undefined) return;
      this.enterIncomplete(
        { carrier, alphabet: deps.alphabetOf(carrier), from, number, account },
        incomplete,
      );
    });
  }

  start(): void {
    this.partials.start();
  }

  stop(): void {
    this.partials.stop();
  }

  /** A deliver_sm or data_sm of a carrier. `reply` is called once, when the message is durable or refused. */
  receive(
    carrier: string,
    alphabet: DefaultAlphabet,
    sm: DeliverSm,
    reply: (commandStatus: number) => void,
  ): void {
    const commandStatus =
      receiptKind(sm.esmClass) === undefined
        ? this.message(carrier, alphabet, sm)
        : this.receipt(carrier, alphabet, sm);
    if (commandStatus !== status.ESME_ROK) return reply(commandStatus);
    this.deps.ledger.durable().then(
      () => reply(status.ESME_ROK),
      // The disk has refused it: the carrier keeps the message and tries again.
      () => reply(status.ESME_RX_T_APPN),
    );
  }

  private receipt(carrier: string, alphabet: DefaultAlphabet, sm: DeliverSm): number {
    const octets =
      sm.shortMessage.length > 0
        ? sm.shortMessage
        : (tlvBytes(sm.tlvs, 'message_payload') ?? sm.shortMessage);
    const text = decodeShortMessage(sm.dataCoding, octets, alphabet);
    const receipt = parseReceipt(sm.esmClass, text.kind === 'text' ? text.text : '', sm.tlvs);
    if (receipt === undefined) this.deps.observer.strayReceipt(carrier);
    else this.deps.receipts.receive(carrier, receipt, sm.source.addr);
    return status.ESME_ROK;
  }

  private message(carrier: string, alphabet: DefaultAlphabet, sm: DeliverSm): number {
    const number = this.numberOf(sm.destination.addr);
    const account = this.ownerOf(number);
    if (number === undefined || account === undefined) {
      this.deps.observer.inboundRefused(carrier, 'unknownNumber', sm.destination.addr);
      return status.ESME_RINVDSTADR;
    }
    const from = senderAddress(sm.source.addr, sm.source.ton);
    if (this.deps.guards.refusesInbound(account, from, number.e164)) {
      this.deps.observer.inboundRefused(carrier, 'blocked', number.e164);
      // The carrier would only try again.
      return status.ESME_ROK;
    }
    const read = readInbound({
      carrier,
      from,
      to: number.e164,
      esmClass: sm.esmClass,
      dataCoding: sm.dataCoding,
      shortMessage: sm.shortMessage,
      tlvs: sm.tlvs,
    });
    const to = { carrier, alphabet, from, number, account };
    const total = read.kind === 'whole' ? 1 : read.part.total;
    if (!this.deps.charges.affords(account, this.deps.charges.inboundPrice(account, total, number))) {
      this.deps.observer.inboundRefused(carrier, 'unfunded', number.e164);
      return status.ESME_RX_T_APPN;
    }
    if (read.kind === 'whole') {
      this.enter(to, [read.fragment], 1);
      return status.ESME_ROK;
    }
    const kept = this.partials.add(read.part);
    switch (kept.kind) {
      case 'full':
        this.deps.observer.inboundRefused(carrier, 'overload', number.e164);
        return status.ESME_RX_T_APPN;
      case 'waits':
        break;
      case 'complete':
        this.enter(to, kept.message.fragments, kept.message.total);
        break;
      case 'superseded':
        this.enterIncomplete(to, kept.incomplete);
        break;
    }
    return status.ESME_ROK;
  }

  /** A number as carriers write it: with or without plus sign; short codes bare. */
  private numberOf(address: string): PhoneNumber | undefined {
    const digits = address.replace(/^\+/, '');
    return this.deps.lookup(`+${digits}`) ?? this.deps.lookup(digits);
  }

  private ownerOf(number: PhoneNumber | undefined): Account | undefined {
    const accountSid = number?.assignment?.accountSid;
    return accountSid === undefined ? undefined : this.deps.activeAccount(accountSid);
  }

  private enter(to: Recipient, fragments: readonly Fragment[], segments: number): void {
    const { ledger, inbox, clock } = this.deps;
    const nowMs = clock.now();
    const { text } = readFragments(fragments, to.alphabet);
    const service = this.deps.services.recentServiceOf(to.number);
    const message: Message = {
      sid: this.deps.newSid('SM'),
      accountNo: to.account.no,
      direction: 'inbound',
      from: to.from,
      to: to.number.e164,
      // A NUL is no text, and XML and form readers stumble over it.
      body: text.replaceAll('\0', ''),
      status: 'received',
      errorCode: 0,
      segments,
      media: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      sentMs: nowMs,
      sendAtMs: 0,
      deadlineMs: 0,
      smartEncoding: false,
      statusCallback: '',
      carrier: to.carrier,
      parts: [],
      raw: null,
      receipt: null,
      priceMicros: this.deps.charges.inboundPrice(to.account, segments, to.number),
      feedback: 'none',
      messagingServiceSid: service?.sid ?? '',
    };
    ledger.create(message);
    const optOutType = this.deps.keywordAnswers.heed(to.account, to.number.type, message);
    const application = applicationOf(to.number, service);
    if (application.url !== '') {
      inbox.leave(message, { ...application, documents: 0, about: '', optOutType });
      ledger.durable().then(
        () => inbox.due(message),
        () => undefined,
      );
    } else if (this.deps.hasReceiver(to.account)) {
      ledger.leaveDelivery(to.account.no, { kind: 'inbound', id: Buffer.from(message.sid.slice(2), 'hex') });
    }
  }

  /**
   * A message whose rest never came is passed on as far as it goes (error 30009 says so to the tenant). Its parts have
   * been acknowledged to the carrier while there was money for all of it, so they are charged even if that has been spent
   * since: prepaid money may fall below its floor by these parts, and by nothing else.
   */
  private enterIncomplete(to: Recipient, { fragments, total, missing }: Assembled): void {
    this.deps.observer.alert(to.account, {
      code: 30009,
      sid: '',
      detail: `${missing.length} of ${total} segments from ${to.from} to ${to.number.e164} never came`,
      url: '',
      method: 'POST',
      signedUrl: '',
      signature: '',
      status: 0,
    });
    this.enter(to, fragments, fragments.length);
  }
}

interface Recipient {
  readonly carrier: string;
  readonly alphabet: DefaultAlphabet;
  readonly from: string;
  readonly number: PhoneNumber;
  readonly account: Account;
}
