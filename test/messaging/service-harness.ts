import assert from 'node:assert/strict';
import type { NumberType, PhoneNumber } from '../../control/inventory/number.ts';
import type { MessagingService, ServiceConfig } from '../../control/messaging-services/service.ts';
import type { Message } from '../../edge/messaging/message.ts';
import type { NewMessage } from '../../edge/messaging/outbound/new-message.ts';
import { account, Harness, ownedNumber, type HarnessOptions } from './harness.ts';

/** A harness with one Messaging Service. */
export class ServiceHarness extends Harness {
  service!: MessagingService;

  static async open(
    config: Partial<ServiceConfig> = {},
    options: HarnessOptions = {},
  ): Promise<ServiceHarness> {
    const harness = new ServiceHarness(options);
    const made = await harness.services.create(account.sid, { friendlyName: 'a pool', ...config });
    assert.ok(made.ok);
    harness.service = made.value;
    return harness;
  }

  /** Takes a number of the account into the pool. */
  async join(e164: string, type: NumberType = 'local', country = 'US'): Promise<PhoneNumber> {
    const number = ownedNumber(e164, type);
    this.numbers.set(e164, { ...number, place: { ...number.place, country } });
    assert.ok((await this.services.addNumber(this.service, number.assignment!.sid)).ok);
    return number;
  }

  sendBy(change: Partial<NewMessage> = {}): Promise<Message> {
    return this.send({ from: '', messagingServiceSid: this.service.sid, ...change });
  }

  row(sid: string): Message {
    const row = this.messaging.ledger.get(sid);
    assert.ok(row !== undefined);
    return row;
  }

  /** The refusal's code of a message by the service. */
  async refusal(change: Partial<NewMessage> = {}): Promise<number> {
    const wanted = this.wanted({ from: '', messagingServiceSid: this.service.sid, ...change });
    const result = await this.messaging.acceptance.accept(wanted);
    assert.ok(!result.ok);
    return result.error.code;
  }

  /** A text from a phone to a number of ours. */
  text(to: string, body: string, from = '12065550100'): Promise<number> {
    return this.deliver({
      source: { ton: 1, npi: 1, addr: from },
      destination: { ton: 1, npi: 1, addr: to.replace('+', '') },
      shortMessage: Buffer.from(body, 'latin1'),
    });
  }

  /** What the last request to an application said. */
  heard(): ReadonlyMap<string, string> {
    return new Map(this.requests.at(-1)?.params);
  }
}
