import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { before, describe, it, mock } from 'node:test';
import twilio from 'twilio';
import ValidationToken from 'twilio/lib/jwt/validation/ValidationToken.js';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

const pairOf = (modulusLength: number) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
const ours = pairOf(2048);
const theirs = pairOf(2048);

let edge: Edge;
let tenant: Tenant;
let stranger: Tenant;

before(async () => {
  edge = await openTestEdge();
  tenant = await edge.tenant();
  stranger = await edge.tenant();
});

describe('PublicKeys', () => {
  it('are made, listed, renamed and deleted', async () => {
    const { publicKey } = tenant.client.accounts.v1.credentials;
    const made = await publicKey.create({ friendlyName: 'laptop', publicKey: ours.publicKey });
    assert.match(made.sid, /^CR[0-9a-f]{32}$/);
    assert.deepEqual([made.accountSid, made.friendlyName], [tenant.account.sid, 'laptop']);
    assert.equal((await publicKey(made.sid).update({ friendlyName: 'server' })).friendlyName, 'server');
    assert.deepEqual(
      (await publicKey.list()).map(({ sid }) => sid),
      [made.sid],
    );
    const uri = `https://accounts.twilio.com/v1/Credentials/PublicKeys/${made.sid}`;
    const { body } = (await tenant.client.request({ method: 'get', uri })) as { body: object };
    const documented = documentedProperties('credential/publicKey', 'accounts/v1');
    assert.deepEqual(Object.keys(body).sort(), [...documented].sort());
    const strangers = stranger.client.accounts.v1.credentials.publicKey;
    await assert.rejects(strangers(made.sid).fetch(), restError(20404, 404));
    await assert.rejects(strangers(made.sid).update({ friendlyName: 'mine' }), restError(20404, 404));
    await assert.rejects(strangers(made.sid).remove(), restError(20404, 404));
    assert.equal(await publicKey(made.sid).remove(), true);
    await assert.rejects(publicKey(made.sid).fetch(), restError(20404, 404));
  });

  it('are of RSA with 2048 bits, and say what is wrong otherwise', async () => {
    const { publicKey } = tenant.client.accounts.v1.credentials;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const odd = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey;
    const pem = (key: typeof ec): string => key.export({ type: 'spki', format: 'pem' }).toString();
    for (const [text, code] of [
      [pem(ec), 70101],
      [pairOf(1024).publicKey, 70102],
      [pem(odd), 70103],
      ['nonsense', 70104],
      [ours.privateKey, 70104],
      [`-----BEGIN PUBLIC KEY-----\n${'A'.repeat(9_999)}`, 70104],
    ] as const)
      await assert.rejects(publicKey.create({ publicKey: text }), restError(code));
    const elsewhere = { publicKey: ours.publicKey, accountSid: stranger.account.sid };
    await assert.rejects(publicKey.create(elsewhere), restError(20404, 404));
  });
});

describe('Twilio-Client-Validation', () => {
  let keySid: string;
  let credentialSid: string;
  let secret: string;

  before(async () => {
    // The SDK signs by the machine's clock.
    mock.method(Date, 'now', () => edge.clock.now());
    const key = await tenant.client.newKeys.create({});
    [keySid, secret] = [key.sid, key.secret];
    const made = await tenant.client.accounts.v1.credentials.publicKey.create({ publicKey: ours.publicKey });
    credentialSid = made.sid;
    await edge.stock({ e164: '+14155550100' });
    await tenant.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
  });

  const base = (): string => `${edge.origin}/2010-04-01/Accounts/${tenant.account.sid}`;

  /** The SDK's own client. */
  function signing(options: { algorithm?: string; privateKey?: string; credentialSid?: string } = {}) {
    const client = new twilio.RequestClient({
      keepAlive: false,
      validationClient: {
        accountSid: tenant.account.sid,
        credentialSid,
        signingKey: keySid,
        privateKey: ours.privateKey,
        ...options,
      },
    });
    return (method: 'get' | 'post' | 'delete', path: string, more: object = {}) =>
      client.request<{ code?: number }>({
        method,
        uri: base() + path,
        username: keySid,
        password: secret,
        headers: {},
        ...more,
      });
  }

  it('of the SDK is taken, with RS256 and PS256, for queries and bodies', async () => {
    for (const algorithm of ['RS256', 'PS256']) {
      const ask = signing({ algorithm });
      assert.equal((await ask('get', '/Messages.json')).statusCode, 200);
      const params = { From: '+14155550100', PageSize: 5, 'DateSent<': '2026-01-01' };
      assert.equal((await ask('get', '/Messages.json', { params })).statusCode, 200);
      const data = { From: '+14155550100', To: '+15125550142', Body: `Grüße, "you" & 'me' (*)` };
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      assert.equal((await ask('post', '/Messages.json', { data, headers })).statusCode, 201);
    }
  });

  it('with the key of another, or a key that does not fit, is refused with 401', async () => {
    const foreign = await stranger.client.accounts.v1.credentials.publicKey.create({
      publicKey: theirs.publicKey,
    });
    const wrong = signing({ privateKey: theirs.privateKey, credentialSid: foreign.sid });
    const other = await wrong('get', '/Messages.json');
    assert.deepEqual([other.statusCode, other.body.code], [401, 70153]);
    const unfit = await signing({ privateKey: theirs.privateKey })('get', '/Messages.json');
    assert.deepEqual([unfit.statusCode, unfit.body.code], [401, 20159]);
  });

  /** Sends a token of our own making, by the edge's clock. */
  async function code(header: object, claims: object, path = '/Messages.json'): Promise<number | undefined> {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part(header)}.${part(claims)}`;
    const token = `${signed}.${sign('sha256', Buffer.from(signed), ours.privateKey).toString('base64url')}`;
    const authorization = `Basic ${Buffer.from(`${keySid}:${secret}`).toString('base64')}`;
    const response = await fetch(base() + path, {
      headers: { authorization, 'Twilio-Client-Validation': token },
    });
    const body = (await response.json()) as { code?: number };
    if (response.status !== 200) assert.equal(response.status, 401);
    return body.code;
  }

  it('is refused by the number that says what is wrong with it', async () => {
    const header = { cty: 'twilio-pkrv;v=1', typ: 'JWT', alg: 'RS256', kid: credentialSid };
    const second = Math.floor(edge.clock.now() / 1000);
    const hrh = 'authorization;host';
    const claims = { iss: keySid, sub: tenant.account.sid, hrh, rqh: '0'.repeat(64), exp: second + 60 };
    const cases: readonly (readonly [object, object, number])[] = [
      [{ ...header, cty: 'other' }, claims, 20152],
      [{ ...header, alg: 'none' }, claims, 20152],
      [{ ...header, alg: 'constructor' }, claims, 20152],
      [{ ...header, kid: undefined }, claims, 20152],
      [header, { ...claims, iss: stranger.account.sid }, 20153],
      [header, { ...claims, sub: stranger.account.sid }, 20153],
      [header, { ...claims, rqh: undefined }, 20154],
      [header, { ...claims, exp: undefined }, 20156],
      [header, { ...claims, exp: second - 60 }, 20156],
      [header, { ...claims, exp: second + 3_600 }, 20157],
      [header, { ...claims, nbf: second + 3_600 }, 20160],
      [{ ...header, kid: `CR${'0'.repeat(32)}` }, claims, 70153],
      [header, { ...claims, hrh: 'host' }, 70155],
      [header, { ...claims, hrh: 'authorization;host;x-unknown' }, 70155],
      [header, claims, 70156],
    ];
    for (const [head, body, expected] of cases)
      assert.equal(await code(head, body), expected, JSON.stringify([head, body]));
    const authorization = `Basic ${Buffer.from(`${keySid}:${secret}`).toString('base64')}`;
    for (const token of ['nonsense', 'a.b.c', '..', 'e30.e30', 'x'.repeat(8_000)]) {
      const response = await fetch(`${base()}/Messages.json`, {
        headers: { authorization, 'Twilio-Client-Validation': token },
      });
      assert.equal(response.status, 401, token.slice(0, 20));
    }
  });

  it('covers the request that it was made for, and no other', async () => {
    const authorization = `Basic ${Buffer.from(`${keySid}:${secret}`).toString('base64')}`;
    const made = new ValidationToken({
      accountSid: tenant.account.sid,
      credentialSid,
      signingKey: keySid,
      privateKey: ours.privateKey,
    });
    const url = `${base()}/Messages.json`;
    const token = made.fromHttpRequest({ url, method: 'GET', headers: { Authorization: authorization } });
    const send = async (path: string, init: RequestInit = {}): Promise<number | undefined> => {
      const headers = { authorization, 'Twilio-Client-Validation': token };
      const response = await fetch(base() + path, { ...init, headers });
      return ((await response.json()) as { code?: number }).code;
    };
    assert.equal(await send('/Messages.json'), undefined);
    assert.equal(await send('/Calls.json'), 70156);
    assert.equal(await send('/Messages.json?PageSize=1'), 70156);
    assert.equal(await send('/Messages.json', { method: 'POST' }), 70156);
    assert.equal(
      await send('/Messages.json', { method: 'POST', body: new URLSearchParams({ To: '1' }) }),
      70156,
    );
    edge.clock.advance(400_000);
    assert.equal(await send('/Messages.json'), 20156);
  });

  it('may be demanded of an account, and of no other', async () => {
    await edge.publicKeys.demand(tenant.account.sid, true);
    await assert.rejects(tenant.client.messages.list(), restError(70052, 401));
    assert.equal((await signing()('get', '/Messages.json')).statusCode, 200);
    await stranger.client.messages.list();
    await edge.publicKeys.demand(tenant.account.sid, false);
    await tenant.client.messages.list();
  });
});
