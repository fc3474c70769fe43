import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { systemRandom } from '../../control/base/random.ts';
import { ha1 } from '../../edge/sip/digest/algorithm.ts';
import { answerChallenges } from '../../edge/sip/digest/client.ts';
import { allOf, readSip, statusOf, writeSip, type SipMessage } from '../peers/sip-bytes.ts';
import { npmClient } from '../smpp/loopback.ts';
import { note } from '../support/evidence.ts';
import { basic, type Credentials } from './edge-process.ts';

const made = (beginning: string): string => `${beginning}${systemRandom.bytes(12).toString('hex')}`;

/** What is planted; each is found by its own letters wherever it should not be. */
export const planted = {
  // SMPP's passwords have eight characters at most.
  carrierPassword: systemRandom.bytes(6).toString('base64url'),
  trunkPassword: made('trunk-'),
  sipPassword: made('Phone-'),
  wrongToken: made('wrong-token-'),
  wrongPassword: systemRandom.bytes(6).toString('base64url'),
  webhookPassword: made('webhook-'),
  mediaPassword: made('media-'),
  body: 'Planted words of a message',
  inboundBody: 'Planted words that came in',
  spoken: 'Planted words that are spoken',
} as const;

/** Names of what the store may hold in clear: REST gives it back to whom it belongs. */
export const inClear: readonly string[] = [
  'webhookPassword',
  'mediaPassword',
  'body',
  'inboundBody',
  'spoken',
];

const webhook = (path: string): string => `http://planted:${planted.webhookPassword}@127.0.0.1:9/${path}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Doors {
  readonly account: Credentials;
  /** The account's. */
  readonly number: string;
  readonly api: string;
  readonly console: string;
  readonly smppPort: number;
  readonly sipPort: number;
}

/** Uses secrets at every door of an edge, rightly and wrongly, has things go wrong around them, and knows them again. */
export class Planter {
  private readonly doors: Doors;
  private readonly secrets: [name: string, secret: string][] = Object.entries(planted);

  constructor(doors: Doors) {
    this.doors = doors;
    for (const secret of [planted.webhookPassword, planted.mediaPassword]) note('webhook password', secret);
    this.add('webhookPassword', base64(`planted:${planted.webhookPassword}`));
    this.add('mediaPassword', base64(`planted:${planted.mediaPassword}`));
    this.add('auth token', basic(doors.account).slice('Basic '.length));
  }

  add(name: string, secret: string): void {
    assert.ok(secret.length >= 8, name);
    this.secrets.push([name, secret]);
  }

  /** The names of the secrets that occur, except those `allowed`. */
  found(bytes: Buffer | string, allowed: readonly string[] = []): readonly string[] {
    return this.secrets
      .filter(([name, secret]) => !allowed.includes(name) && bytes.includes(secret))
      .map(([name]) => name);
  }

  async rest(): Promise<void> {
    const { account, number } = this.doors;
    const key = await this.post('Keys', { FriendlyName: 'planted' });
    this.add('key secret', key['secret'] ?? '');
    const message = { To: '+13125552001', From: number, Body: planted.body };
    await this.post('Messages', message, { sid: key['sid'] ?? '', token: key['secret'] ?? '' });
    await this.post('Messages', message, { sid: account.sid, token: planted.wrongToken });
    await this.post('Messages', { ...message, To: planted.wrongToken });
    await this.post('Messages', {
      ...message,
      MediaUrl: `http://planted:${planted.mediaPassword}@127.0.0.1:9/cat.jpg`,
      StatusCallback: webhook('status'),
    });
    await this.post('Messages', {
      ...message,
      StatusCallback: `http://planted:${planted.webhookPassword}@[`,
    });
    const { [number]: owned = '' } = await this.numbers();
    await this.post(`IncomingPhoneNumbers/${owned}`, { SmsUrl: webhook('sms'), VoiceUrl: webhook('voice') });
    const call = { To: '+13125552005', From: number, StatusCallback: webhook('voice') };
    await this.post('Calls', { ...call, Url: webhook('voice') });
    await this.post('Calls', { ...call, Twiml: `<Response><Say>${planted.spoken}</Say></Response>` });
  }

  async console(password: string): Promise<void> {
    const { console: origin } = this.doors;
    for (const tried of [planted.wrongPassword, password]) {
      const body = new URLSearchParams({ user: 'ann', password: tried, next: '/' });
      const reply = await fetch(`${origin}/login`, {
        method: 'POST',
        headers: { origin },
        body,
        redirect: 'manual',
      });
      const [cookie = ''] = reply.headers.getSetCookie();
      if (tried === password) this.add('session', /=([^;]+)/.exec(cookie)?.[1] ?? '');
    }
  }

  async smpp(): Promise<void> {
    const { account, number, smppPort } = this.doors;
    for (const password of [planted.wrongPassword, account.token]) {
      const { session, ask } = await npmClient(smppPort);
      const bound = await ask('bind_transceiver', { system_id: account.sid, password });
      if (bound.command_status === 0)
        await ask('submit_sm', {
          source_addr: number,
          destination_addr: '+13125552004',
          short_message: planted.body,
        });
      session.destroy();
    }
    // Bytes that are no PDU, with secrets among them.
    const broken = connect(smppPort, '127.0.0.1');
    broken.on('error', () => undefined).resume();
    broken.end(`\0\0\0\x10${planted.wrongPassword}${planted.wrongToken}`);
    await once(broken, 'close');
  }

  /** A phone registers, with a wrong proof and then the right one. */
  async sip(): Promise<void> {
    const list = await this.post('SIP/CredentialLists', { FriendlyName: 'phones' });
    await this.post(`SIP/CredentialLists/${list['sid']}/Credentials`, {
      Username: 'ann',
      Password: planted.sipPassword,
    });
    const name = 'phones.sip.edge.example';
    const domain = await this.post('SIP/Domains', { DomainName: name, SipRegistration: 'true' });
    await this.post(`SIP/Domains/${domain['sid']}/Auth/Registrations/CredentialListMappings`, {
      CredentialListSid: list['sid'] ?? '',
    });
    const socket = createSocket('udp4');
    // At 127.0.0.1 is the carrier.
    socket.bind(0, '127.0.0.3');
    await once(socket, 'listening');
    const statuses: number[] = [];
    let challenges: readonly string[] = [];
    for (const password of [undefined, planted.wrongPassword, undefined, planted.sipPassword]) {
      const proof = password === undefined ? undefined : this.proof(challenges, name, password);
      socket.send(
        writeSip(register(name, statuses.length + 1, socket.address().port, proof)),
        this.doors.sipPort,
        '127.0.0.1',
      );
      const [bytes] = (await once(socket, 'message')) as [Buffer];
      const answer = readSip(bytes);
      assert.ok(answer, 'what came is SIP');
      statuses.push(statusOf(answer));
      challenges = allOf(answer, 'www-authenticate');
    }
    socket.close();
    assert.deepEqual(statuses, [401, 403, 401, 200]);
    for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const)
      this.add(`H(A1) by ${algorithm}`, ha1(algorithm, 'ann', 'sip.edge.example', planted.sipPassword));
  }

  private proof(challenges: readonly string[], domain: string, password: string): string {
    const request = { method: 'REGISTER', uri: `sip:${domain}`, body: Buffer.alloc(0) };
    assert.notDeepEqual(challenges, [], 'the REGISTER was challenged');
    const answer = answerChallenges(challenges, request, { user: 'ann', password }, systemRandom);
    assert.ok(answer.ok, 'the challenge can be answered');
    const [value = ''] = answer.value.values;
    this.add('digest', /response="(\w+)"/.exec(value)?.[1] ?? '');
    return value;
  }

  private async numbers(): Promise<Record<string, string>> {
    const { account, api } = this.doors;
    const reply = await fetch(`${api}/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers.json`, {
      headers: { authorization: basic(account) },
    });
    const page = (await reply.json()) as { incoming_phone_numbers: { sid: string; phone_number: string }[] };
    return Object.fromEntries(page.incoming_phone_numbers.map(({ sid, phone_number: e164 }) => [e164, sid]));
  }

  private async post(
    path: string,
    form: Record<string, string>,
    as = this.doors.account,
  ): Promise<Record<string, string>> {
    const { account, api } = this.doors;
    const reply = await fetch(`${api}/2010-04-01/Accounts/${account.sid}/${path}.json`, {
      method: 'POST',
      headers: { authorization: basic(as) },
      body: new URLSearchParams(form),
    });
    return (await reply.json()) as Record<string, string>;
  }
}

const register = (domain: string, count: number, port: number, proof: string | undefined): SipMessage => ({
  start: `REGISTER sip:${domain} SIP/2.0`,
  headers: [
    ['Via', `SIP/2.0/UDP 127.0.0.3:${port};branch=z9hG4bK-planted-${count}`],
    ['From', `<sip:ann@${domain}>;tag=planted`],
    ['To', `<sip:ann@${domain}>`],
    ['Call-ID', 'planted'],
    ['CSeq', `${count} REGISTER`],
    ['Contact', `<sip:ann@127.0.0.3:${port}>`],
    ['Max-Forwards', '70'],
    ...(proof === undefined ? [] : [['Authorization', proof] as const]),
  ],
  body: '',
});
