import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { before, describe, it } from 'node:test';
import type { Route } from '../../edge/api/exchange.ts';
import { openTestEdge, until, type Edge, type Tenant } from './edge.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What of ours each collection of the API holds. A route below a collection that is not here fails the test. */
type Ours = Readonly<Record<string, string>>;

/** Everything a tenant can have, one of each. */
async function everything(edge: Edge, { client, account }: Tenant): Promise<Ours> {
  await edge.stock({ e164: '+14155550100', mms: 'yes' }, { e164: '33100', type: 'shortcode' });
  const number = await client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
  const short = await edge.inventory.assign(account.sid, '33100');
  assert.ok(short.ok);
  const subaccount = await client.api.v2010.accounts.create({});
  const key = await client.newKeys.create({});
  const address = await client.addresses.create({
    customerName: 'Ann',
    street: '1 Main Street',
    city: 'San Francisco',
    region: 'CA',
    postalCode: '94105',
    isoCountry: 'US',
  });
  const order = await client.numbers.v2.hostedNumberOrders.create({
    phoneNumber: '+14155550177',
    contactPhoneNumber: '+14155550178',
    addressSid: address.sid,
    email: 'ann@example.com',
  });
  const application = await client.applications.create({ friendlyName: 'weather' });
  const connectApp = await edge.connectApps.create(account.sid, 'weather for all');
  assert.ok(connectApp.ok);
  const callerId = await edge.callerIds.add(account.sid, '+12065550199');
  const queue = await client.queues.create({ friendlyName: 'support' });
  const message = await client.messages.create({
    from: '+14155550100',
    to: '+12065550100',
    body: 'Hello',
    mediaUrl: ['https://media.example/1.png'],
  });
  await until(() => edge.messaging.media.of(message.sid).length === 1);
  const [media] = edge.messaging.media.of(message.sid);
  const alert = edge.alerts.record({
    accountSid: account.sid,
    code: 11200,
    resourceSid: message.sid,
    detail: 'no answer',
    request: null,
  });

  const invites = edge.signalling.outgoing.length;
  const seat = await client.conferences('standup').participants.create({
    from: '+14155550100',
    to: '+12065550100',
  });
  await until(() => edge.signalling.outgoing.length > invites);
  edge.signalling.outgoing.at(-1)?.answer();
  await until(() => edge.voice.conferences.room(seat.conferenceSid)?.seat(seat.callSid) !== undefined);
  await until(() => edge.voice.calls.get(seat.callSid)?.status === 'in-progress');
  const recording = await client.calls(seat.callSid).recordings.create();
  const kept = edge.voice.recordings.get(recording.sid);
  assert.ok(kept !== undefined);
  const transcription = edge.voice.transcriptions.begin(kept, null);

  const domain = await client.sip.domains.create({ domainName: 'ours.sip.edge.example' });
  const credentials = await client.sip.credentialLists.create({ friendlyName: 'people' });
  const credential = await client.sip
    .credentialLists(credentials.sid)
    .credentials.create({ username: 'ann', password: 'Sufficient123' });
  const addresses = await client.sip.ipAccessControlLists.create({ friendlyName: 'offices' });
  const ip = await client.sip
    .ipAccessControlLists(addresses.sid)
    .ipAddresses.create({ friendlyName: 'office', ipAddress: '192.0.2.1' });
  const { auth } = client.sip.domains(domain.sid);
  await auth.calls.credentialListMappings.create({ credentialListSid: credentials.sid });
  await auth.calls.ipAccessControlListMappings.create({ ipAccessControlListSid: addresses.sid });
  await auth.registrations.credentialListMappings.create({ credentialListSid: credentials.sid });

  const service = await client.messaging.v1.services.create({ friendlyName: 'news' });
  await client.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: number.sid });
  const alpha = await client.messaging.v1
    .services(service.sid)
    .alphaSenders.create({ alphaSender: 'WEATHER' });
  const abroad = await client.messaging.v1
    .services(service.sid)
    .destinationAlphaSenders.create({ alphaSender: 'WETTER', isoCountryCode: 'DE' });
  const trigger = await client.usage.triggers.create({
    callbackUrl: 'https://tenant.example/trigger',
    triggerValue: '+100',
    usageCategory: 'sms',
  });
  const compliance = client.numbers.v2.regulatoryCompliance;
  const endUser = await compliance.endUsers.create({ friendlyName: 'Ann', type: 'individual' });
  const document = await compliance.supportingDocuments.create({ friendlyName: 'pass', type: 'passport' });
  const bundle = await compliance.bundles.create({ friendlyName: 'ours', email: 'ann@example.com' });
  const item = await compliance.bundles(bundle.sid).itemAssignments.create({ objectSid: endUser.sid });
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  });
  const publicKey = await client.accounts.v1.credentials.publicKey.create({ publicKey: pem.toString() });
  const [event] = await client.monitor.v1.events.list({ limit: 1 });
  assert.ok(media !== undefined && event !== undefined);
  return {
    Accounts: subaccount.sid,
    Addresses: address.sid,
    Alerts: alert.sid,
    AlphaSenders: alpha.sid,
    Applications: application.sid,
    Bundles: bundle.sid,
    Calls: seat.callSid,
    Conferences: seat.conferenceSid,
    ConnectApps: connectApp.value.sid,
    // There are none.
    AuthorizedConnectApps: connectApp.value.sid,
    CredentialListMappings: credentials.sid,
    CredentialLists: credentials.sid,
    Credentials: credential.sid,
    Events: event.sid,
    IncomingPhoneNumbers: number.sid,
    IpAccessControlListMappings: addresses.sid,
    IpAccessControlLists: addresses.sid,
    IpAddresses: ip.sid,
    Keys: key.sid,
    DestinationAlphaSenders: abroad.sid,
    EndUsers: endUser.sid,
    ItemAssignments: item.sid,
    SupportingDocuments: document.sid,
    Domains: domain.sid,
    Media: media.sid,
    Members: seat.callSid,
    Messages: message.sid,
    // What these two hold needs more of a world than there is here.
    Notifications: `NO${'1'.repeat(32)}`,
    Streams: `MZ${'1'.repeat(32)}`,
    Orders: order.sid,
    OutgoingCallerIds: callerId.sid,
    Participants: seat.callSid,
    PhoneNumbers: number.sid,
    PublicKeys: publicKey.sid,
    Queues: queue.sid,
    Recordings: recording.sid,
    Services: service.sid,
    ShortCodes: short.value.assignment.sid,
    SigningKeys: key.sid,
    Transcriptions: transcription.sid,
    Triggers: trigger.sid,
    Voice: seat.callSid,
  };
}

/** Parts of paths that name something of an account. */
const partsOf = ({ path }: Route): readonly string[] =>
  Array.from(path.matchAll(/\{(\w*Sid)\}/g), ([, name]) => name ?? '').filter(
    (name) => name !== 'AccountSid',
  );

/** A route's path, for an account, with our SIDs in it. */
function pathOf({ path, suffix }: Route, accountSid: string, ours: Ours): string {
  const filled = path
    .replace('{AccountSid}', accountSid)
    .replace(/(\w+)\/\{\w*Sid\}/g, (_whole, collection: string) => {
      const sid = ours[collection];
      assert.ok(sid !== undefined, `${path}: make one of ${collection} in this test`);
      return `${collection}/${sid}`;
    })
    .replace(/\{\w+\}/g, 'US');
  return suffix === 'json' ? `${filled}.json` : filled;
}

describe('One tenant', () => {
  let edge: Edge;
  let owner: Tenant;
  let stranger: Tenant;
  let ours: Ours;
  let routes: readonly Route[];

  const ask = ({ account, authToken }: Tenant, { product, method }: Route, path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request(
        edge.origin + path,
        {
          method,
          auth: `${account.sid}:${authToken}`,
          agent: false,
          headers: { host: `${product}.twilio.com`, 'content-type': 'application/x-www-form-urlencoded' },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      asked.on('error', reject).end();
    });

  /** All that the owner sees of what is his. */
  async function seen(): Promise<ReadonlyMap<string, Answer>> {
    const all = new Map<string, Answer>();
    for (const route of routes) {
      if (route.method === 'GET')
        all.set(route.path, await ask(owner, route, pathOf(route, owner.account.sid, ours)));
    }
    return all;
  }

  const whole = (sid: string) => edge.audit.list(sid, {}, {}, { limit: 1_000 }).rows;

  before(async () => {
    edge = await openTestEdge();
    owner = await edge.tenant();
    stranger = await edge.tenant();
    ours = await everything(edge, owner);
    routes = edge.routes.filter((route) => route.auth !== 'none' && partsOf(route).length > 0);
    assert.ok(routes.length > 100);
  });

  it('neither sees nor changes what is another’s, whatever the resource', async () => {
    const before = await seen();
    const unseen = [...before].filter(([, { status }]) => status !== 200).map(([path]) => path);
    const withoutWorld =
      /\/(Notifications|Streams|Members|AuthorizedConnectApps)\/|Conferences\/\{ConferenceSid\}\/Recordings\/|Services.*ShortCodes\//;
    assert.deepEqual(
      unseen.filter((path) => !withoutWorld.test(path)),
      [],
      'the owner sees everything that the stranger is then asked to find',
    );
    const events = whole(owner.account.sid);
    const wrong: string[] = [];
    for (const route of routes) {
      const { method, path } = route;
      const own = await ask(stranger, route, pathOf(route, stranger.account.sid, ours));
      // What is wrong with the parameters may be said before it is known what they are for; and some lists are of what
      // the account has there, which is nothing.
      const unfound = own.status === 404 || (own.status === 400 && method === 'POST');
      const empty = own.status === 200 && method === 'GET' && /^\{"\w+":\[\],/.test(own.body);
      if (!unfound && !empty) wrong.push(`${method} ${path} of one's own account: ${own.status} ${own.body}`);
      if (!path.includes('{AccountSid}')) continue;
      const foreign = await ask(stranger, route, pathOf(route, owner.account.sid, ours));
      if (foreign.status !== 401) wrong.push(`${method} ${path}: ${foreign.status} ${foreign.body}`);
    }
    assert.deepEqual(wrong, []);
    await until(() => true);
    assert.deepEqual(whole(owner.account.sid), events);
    assert.deepEqual(await seen(), before);
  });

  it('is told the same of what is another’s as of what is nobody’s', async () => {
    const nobody: Ours = Object.fromEntries(
      Object.entries(ours).map(([collection, sid]) => [collection, `${sid.slice(0, 2)}${'0'.repeat(32)}`]),
    );
    for (const route of routes) {
      const words = async (sids: Ours): Promise<string> => {
        const path = pathOf(route, stranger.account.sid, sids);
        const { status, body } = await ask(stranger, route, path);
        return `${status} ${body.replace(/[A-Z]{2}[0-9a-f]{32}/g, 'SID')}`;
      };
      assert.equal(await words(ours), await words(nobody), `${route.method} ${route.path}`);
    }
  });
});
