import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import { root } from '../support/root.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

type Name = keyof MessageListInstanceCreateOptions;
type Options = Partial<MessageListInstanceCreateOptions>;

const from = '+12125551001';
/** SIDs that name nothing. */
const sid = (prefix: string): string => prefix + 'f'.repeat(32);

/**
 * Each parameter with values that are taken, and values that are refused with a code. Through a Messaging Service
 * (`byService`), or from a number.
 */
interface Row {
  readonly byService?: boolean;
  readonly taken?: readonly Options[];
  readonly refused?: readonly (readonly [code: number, options: Options])[];
}

const rows: Readonly<Record<Name, Row>> = {
  to: {
    taken: [{ to: '+1 (415) 555-0100' }],
    refused: [
      [21211, { to: 'nobody' }],
      [21604, { to: '' }],
    ],
  },
  from: {
    taken: [{ from }],
    refused: [
      [21606, { from: '+12125559999' }],
      [21212, { from: '?' }],
      [21603, { from: '' }],
    ],
  },
  body: {
    taken: [{ body: 'x'.repeat(1600) }],
    refused: [
      [21617, { body: 'x'.repeat(1601) }],
      [21602, { body: '' }],
    ],
  },
  mediaUrl: {
    refused: [
      [21621, { mediaUrl: ['https://app.example/a.png'] }],
      [21620, { mediaUrl: ['a.png'] }],
    ],
  },
  messagingServiceSid: {
    taken: [{}],
    byService: true,
    refused: [
      [21701, { messagingServiceSid: sid('MG') }],
      [21705, { messagingServiceSid: 'MG1' }],
    ],
  },
  statusCallback: {
    taken: [{ statusCallback: 'https://app.example/status' }],
    refused: [[21609, { statusCallback: 'status' }]],
  },
  applicationSid: { refused: [[21218, { applicationSid: sid('AP') }]] },
  validityPeriod: {
    taken: [{ validityPeriod: 1 }, { validityPeriod: 36_000 }],
    refused: [
      [21624, { validityPeriod: 0 }],
      [21624, { validityPeriod: 36_001 }],
    ],
  },
  smartEncoded: { taken: [{ smartEncoded: true }, { smartEncoded: false }] },
  provideFeedback: { taken: [{ provideFeedback: true }] },
  sendAt: {
    byService: true,
    taken: [{ scheduleType: 'fixed', sendAt: new Date(0) }],
    refused: [
      [35126, { sendAt: new Date(0) }],
      [35118, { sendAt: new Date(0), scheduleType: 'fixed', messagingServiceSid: '' }],
    ],
  },
  scheduleType: {
    byService: true,
    refused: [
      [35111, { scheduleType: 'fixed' }],
      [35126, { scheduleType: 'later' as 'fixed' }],
    ],
  },
  // Obsolete, reserved, or for channels that the recipient does not use: taken and without effect, as documented.
  maxPrice: { taken: [{ maxPrice: 0.5 }], refused: [[21627, { maxPrice: 'cheap' as unknown as number }]] },
  attempt: { taken: [{ attempt: 2 }] },
  forceDelivery: { taken: [{ forceDelivery: true }] },
  persistentAction: { taken: [{ persistentAction: ['geo:37.7,-122.4'] }] },
  trafficType: { taken: [{ trafficType: 'free' }] },
  riskCheck: {
    taken: [{ riskCheck: 'enable' }, { riskCheck: 'disable' }],
    refused: [[20422, { riskCheck: 'maybe' as 'enable' }]],
  },
  messageIntent: { taken: [{ messageIntent: 'otp' }], refused: [[20422, { messageIntent: 'spam' }]] },
  contentRetention: {
    taken: [{ contentRetention: 'retain' }],
    refused: [[30029, { contentRetention: 'discard' }]],
  },
  addressRetention: {
    taken: [{ addressRetention: 'retain' }],
    refused: [[30030, { addressRetention: 'obfuscate' }]],
  },
  // Of products that the edge does not have.
  shortenUrls: {
    byService: true,
    taken: [{ shortenUrls: false }],
    refused: [[20422, { shortenUrls: true }]],
  },
  sendAsMms: { taken: [{ sendAsMms: false }], refused: [[21622, { sendAsMms: true }]] },
  contentSid: { refused: [[21655, { contentSid: sid('HX') }]] },
  contentVariables: { refused: [[21654, { contentVariables: '{}' }]] },
  fallbackFrom: { refused: [[20422, { fallbackFrom: from }]] },
};

describe('every parameter of Messages.create', () => {
  let edge: Edge;
  let tenant: Tenant;
  let service: string;

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    await edge.stock({ e164: from });
    assert.ok((await edge.inventory.buy(tenant.account.sid, from)).ok);
    const { services } = tenant.client.messaging.v1;
    service = (await services.create({ friendlyName: 'a pool' })).sid;
    await services(service).phoneNumbers.create({
      phoneNumberSid: edge.inventory.number(from)?.assignment?.sid ?? '',
    });
  });

  const create = ({ byService }: Row, { sendAt, ...options }: Options) =>
    tenant.client.messages.create({
      to: '+14155550100',
      body: 'Hello',
      ...(byService === true ? { messagingServiceSid: service } : { from }),
      ...options,
      // The test's own time, an hour from now.
      ...(sendAt === undefined ? {} : { sendAt: new Date(edge.clock.now() + 3_600_000) }),
    });

  it('is in the table', () => {
    const file = join(root, 'node_modules/twilio/lib/rest/api/v2010/account/message.d.ts');
    const [, members = ''] =
      /interface MessageListInstanceCreateOptions \{([\s\S]*?)\n\}/.exec(readFileSync(file, 'utf8')) ?? [];
    const names = Array.from(members.matchAll(/^ {4}(\w+)\??:/gm), ([, name]) => name);
    assert.ok(names.length > 20);
    assert.deepEqual(names.sort(), Object.keys(rows).sort());
  });

  for (const [name, row] of Object.entries(rows)) {
    it(`${name} is served or refused as documented`, async () => {
      for (const options of row.taken ?? []) assert.match((await create(row, options)).sid, /^SM/);
      for (const [code, options] of row.refused ?? [])
        await assert.rejects(create(row, options), restError(code), JSON.stringify(options));
    });
  }
});
