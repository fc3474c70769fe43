import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { Check } from '../../control/inventory/verdicts.ts';
import type { Carrier, SubmitOutcome } from '../messaging/outbound/carrier.ts';
import { smppAddress } from '../smpp/address.ts';
import type { DeliverSm, SubmitSm } from '../smpp/message.ts';
import { encodeUcs2 } from '../smpp/text/ucs2.ts';
import { bytesTlv, noTlvs, tlvBytes } from '../smpp/tlvs.ts';
import type { Trial } from './trial.ts';
import { failed, undone, verdictOn, Waiting } from './waiting.ts';

const marker = 'Strowger test ';
const tokenBytes = 8;
const tokenLength = 2 * tokenBytes;
const octets = Buffer.from(marker, 'latin1');
const wideOctets = encodeUcs2(marker);

/** How often a link without room is looked at again. */
const roomMs = 100;

/** Texts our own numbers through their carriers, and knows those texts when they come back. */
export class MessageProbe {
  private readonly carriers: ReadonlyMap<string, Carrier>;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly waiting: Waiting;

  constructor(carriers: ReadonlyMap<string, Carrier>, clock: Clock, random: Random) {
    this.carriers = carriers;
    this.clock = clock;
    this.random = random;
    this.waiting = new Waiting(clock);
  }

  async probe({ e164, carrier: name, from, patienceMs }: Trial): Promise<Check> {
    const carrier = this.carriers.get(name);
    if (carrier === undefined) return undone('has no SMPP link');
    const endMs = this.clock.now() + patienceMs;
    while (carrier.up && carrier.capacity() <= 0 && this.clock.now() < endMs)
      await new Promise<void>((resolve) => this.clock.after(roomMs, resolve));
    if (!carrier.up) return undone('has its link down');
    if (carrier.capacity() <= 0) return undone('found the link full');
    const token = this.random.bytes(tokenBytes).toString('hex');
    const back = this.waiting.expect(token, e164, patienceMs);
    const refused = new Promise<Check>((resolve) =>
      carrier.submit(submission(from, e164, token, carrier), (outcome) => {
        const check = refusalOf(outcome);
        if (check !== undefined) resolve(check);
      }),
    );
    return Promise.race([back.then((found) => verdictOn(found, name, patienceMs)), refused]);
  }

  /** Whether a carrier brings a text of ours; nobody else is to have it then. Costs next to nothing between tests. */
  claims(carrier: string, sm: DeliverSm): boolean {
    if (!this.waiting.any) return false;
    const token = tokenOf(sm);
    return (
      token !== undefined && this.waiting.take(token, `+${sm.destination.addr.replace(/^\+/, '')}`, carrier)
    );
  }

  stop(): void {
    this.waiting.stop();
  }
}

function refusalOf(outcome: SubmitOutcome): Check | undefined {
  switch (outcome.kind) {
    case 'accepted':
      return undefined;
    case 'refused':
      return failed(`refused (status 0x${outcome.status.toString(16)})`);
    case 'throttled':
      return undone('throttled');
    case 'lost':
      return undone('unanswered by the carrier');
  }
}

/** Without a receipt: what counts is that it comes back. */
function submission(from: string, to: string, token: string, { format }: Carrier): SubmitSm {
  return {
    serviceType: '',
    source: smppAddress(from, format.source),
    destination: smppAddress(to, format.destination),
    esmClass: 0,
    protocolId: 0,
    priorityFlag: 0,
    scheduleDeliveryTime: '',
    validityPeriod: '',
    registeredDelivery: 0,
    replaceIfPresent: 0,
    dataCoding: 0,
    // Letters, digits and spaces are the same in every default alphabet.
    shortMessage: Buffer.from(marker + token, 'latin1'),
    tlvs:
      format.tlvs.length === 0
        ? noTlvs
        : format.tlvs.map(({ tag, value }) => bytesTlv(tag, Buffer.from(value))),
  };
}

/** The token in a text, whether the carrier has left it in one octet a character or made it UCS-2. */
function tokenOf({ shortMessage, tlvs }: DeliverSm): string | undefined {
  const bytes = shortMessage.length > 0 ? shortMessage : (tlvBytes(tlvs, 'message_payload') ?? shortMessage);
  const at = bytes.indexOf(octets);
  if (at >= 0) return readToken(bytes.subarray(at + octets.length).toString('latin1', 0, tokenLength));
  const wide = bytes.indexOf(wideOctets);
  if (wide < 0) return undefined;
  const rest = bytes.subarray(wide + wideOctets.length, wide + wideOctets.length + 2 * tokenLength);
  return readToken(Buffer.from(rest.filter((_, index) => index % 2 === 1)).toString('latin1'));
}

const readToken = (text: string): string | undefined => (/^[0-9a-f]{16}$/.test(text) ? text : undefined);
