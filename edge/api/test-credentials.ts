import type { Clock } from '../../control/base/clock.ts';
import type { Sid, SidFactory } from '../../control/base/sid.ts';
import { newNumberConfig } from '../../control/inventory/number-config.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { NumberConfig } from '../../control/inventory/number.ts';
import { sidPrefix } from '../messaging/message.ts';
import type { NewMessage } from '../messaging/outbound/new-message.ts';
import { characterCount, segmentCount } from '../messaging/segments/segments.ts';
import { unbilled, type Call } from '../voice/call.ts';
import type { NewCall } from '../voice/outbound/new-call.ts';
import { callJson } from './call-json.ts';
import type { Params, Reply } from './exchange.ts';
import { messageJson } from './message-json.ts';
import { incomingNumberJson } from './number-json.ts';
import { created, printable, refused } from './reply.ts';

/** The number that passes every check. */
const validNumber = '+15005550006';

/** Magic inputs to the errors they stand for (https://www.twilio.com/docs/iam/test-credentials). */
const magic = {
  from: new Map<string, number>([
    ['+15005550001', 21212],
    ['+15005550007', 21606],
    ['+15005550008', 21611],
  ]),
  fromOthers: 21606,
  to: new Map<string, number>([
    ['+15005550001', 21211],
    ['+15005550002', 21612],
    ['+15005550003', 21408],
    ['+15005550004', 21610],
    ['+15005550009', 21614],
  ]),
  callTo: new Map<string, number>([
    ['+15005550001', 21217],
    ['+15005550002', 21214],
    ['+15005550003', 21215],
    ['+15005550004', 21216],
  ]),
  callFrom: new Map<string, number>([['+15005550001', 21212]]),
  callFromOthers: 21210,
  phoneNumber: new Map<string, number>([
    ['+15005550000', 21422],
    ['+15005550001', 21421],
  ]),
  phoneNumberOthers: 21421,
  areaCode: new Map<string, number>([['533', 21452]]),
  areaCodeValid: '500',
  areaCodeOthers: 21452,
} as const;

const bodyMaxCharacters = 1600;

/** Answers requests with test credentials as real ones are answered, and leaves everything as it is. */
export class TestCredentials {
  private readonly clock: Clock;
  private readonly newSid: SidFactory;
  private readonly currency: string;

  constructor(clock: Clock, newSid: SidFactory, currency: string) {
    this.clock = clock;
    this.newSid = newSid;
    this.currency = currency;
  }

  /** POST Messages. `testSid` is the test account's SID. */
  send(wanted: NewMessage, testSid: Sid): Reply {
    const fault = sendFault(wanted);
    if (fault !== undefined) return fault;
    const nowMs = this.clock.now();
    const to = parseNumber(wanted.to);
    const { body, mediaUrls, sendAtMs } = wanted;
    const smartEncoding = wanted.smartEncoding ?? false;
    const message = {
      sid: this.newSid(sidPrefix(mediaUrls.length)),
      accountNo: 0,
      direction: wanted.direction,
      from: validNumber,
      to: to.ok ? to.value.e164 : wanted.to,
      body,
      status: sendAtMs === null ? 'queued' : 'scheduled',
      errorCode: 0,
      segments: segmentCount(body, { smartEncoding }),
      media: mediaUrls.length,
      createdMs: nowMs,
      updatedMs: nowMs,
      sentMs: 0,
      sendAtMs: sendAtMs ?? 0,
      deadlineMs: 0,
      smartEncoding,
      statusCallback: wanted.statusCallback,
      carrier: '',
      parts: [],
      raw: null,
      receipt: null,
      priceMicros: null,
      feedback: 'none',
      messagingServiceSid: wanted.messagingServiceSid ?? '',
    } as const;
    return created(messageJson(message, testSid, this.currency));
  }

  /** POST Calls. */
  call(wanted: NewCall, testSid: Sid): Reply {
    const fault = callFault(wanted);
    if (fault !== undefined) return fault;
    const nowMs = this.clock.now();
    const call: Call = {
      sid: this.newSid('CA'),
      accountNo: 0,
      direction: 'outbound-api',
      from: validNumber,
      to: normal(wanted.to),
      parentSid: '',
      phoneNumberSid: '',
      forwardedFrom: '',
      callerName: '',
      status: 'queued',
      errorCode: 0,
      sipCode: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      queueTimeMs: 0,
      startedMs: 0,
      answeredMs: 0,
      endedMs: 0,
      answeredBy: '',
      carrier: '',
      stirVerstat: '',
      statusCallback: null,
      bill: unbilled,
      nextSequence: 0,
    };
    return created(callJson(call, testSid, this.currency));
  }

  /** POST IncomingPhoneNumbers. */
  buy(form: Params, config: Partial<NumberConfig>, testSid: Sid): Reply {
    const code = buyFault(form.get('PhoneNumber') ?? '', form.get('AreaCode') ?? '');
    if (code !== undefined) return { kind: 'error', code };
    const nowMs = this.clock.now();
    const number = {
      e164: validNumber,
      type: 'local',
      place: {
        country: 'US',
        region: '',
        locality: '',
        postalCode: '',
        lata: '',
        rateCenter: '',
        latitude: '',
        longitude: '',
      },
      capabilities: { voice: true, sms: true, mms: true, fax: false },
      addressRequirement: 'none',
      beta: false,
      carrier: '',
      state: 'assigned',
      withheld: null,
      ratePerSecond: null,
      assignment: {
        accountSid: testSid,
        sid: this.newSid('PN'),
        createdMs: nowMs,
        updatedMs: nowMs,
        config: { ...newNumberConfig(validNumber), ...config },
      },
    } as const;
    return created(incomingNumberJson(number));
  }
}

/** A number in E.164; anything else as it is. */
function normal(text: string): string {
  const parsed = parseNumber(text);
  return parsed.ok ? parsed.value.e164 : text;
}

function callFault({ to, from }: NewCall): Reply | undefined {
  const isUri = /^sips?:/i.test(to);
  const toCode = isUri ? undefined : parseNumber(to).ok ? magic.callTo.get(normal(to)) : 21217;
  if (toCode !== undefined) return refused(toCode, `The 'To' number ${printable(to)} cannot be called.`);
  const number = normal(from);
  const fromCode = magic.callFrom.get(number) ?? (number === validNumber ? undefined : magic.callFromOthers);
  if (fromCode === undefined) return undefined;
  return refused(
    fromCode,
    `The 'From' number ${printable(from)} cannot call. With test credentials use ${validNumber}.`,
  );
}

function sendFault({ to, from, body, mediaUrls }: NewMessage): Reply | undefined {
  if (to === '') return refused(21604, "A 'To' phone number is required.");
  const recipient = parseNumber(to);
  const toCode = recipient.ok ? magic.to.get(recipient.value.e164) : 21211;
  if (toCode !== undefined) return refused(toCode, `The 'To' number ${printable(to)} cannot be sent to.`);
  if (from === '') return refused(21603, "A 'From' phone number is required to send a message.");
  const sender = parseNumber(from);
  const number = sender.ok ? sender.value.e164 : from;
  const fromCode = magic.from.get(number) ?? (number === validNumber ? undefined : magic.fromOthers);
  if (fromCode !== undefined)
    return refused(
      fromCode,
      `The 'From' number ${printable(from)} cannot send. With test credentials use ${validNumber}.`,
    );
  if (body === '' && mediaUrls.length === 0)
    return refused(21602, "A 'Body' or a 'MediaUrl' is required to send a message.");
  if (characterCount(body) > bodyMaxCharacters)
    return refused(21617, `The body has more than ${bodyMaxCharacters} characters.`);
  return undefined;
}

function buyFault(phoneNumber: string, areaCode: string): number | undefined {
  if (phoneNumber !== '') {
    const parsed = parseNumber(phoneNumber);
    const number = parsed.ok ? parsed.value.e164 : phoneNumber;
    return magic.phoneNumber.get(number) ?? (number === validNumber ? undefined : magic.phoneNumberOthers);
  }
  if (areaCode === '') return magic.phoneNumberOthers;
  return (
    magic.areaCode.get(areaCode) ?? (areaCode === magic.areaCodeValid ? undefined : magic.areaCodeOthers)
  );
}
