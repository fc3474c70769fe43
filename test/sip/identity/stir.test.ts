import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { CompactSign, importPKCS8 } from 'jose';
import { systemRandom } from '../../../control/base/random.ts';
import { SignerKeys } from '../../../edge/sip/identity/certificates.ts';
import { parseCertificates } from '../../../edge/sip/identity/chain.ts';
import { parseIdentity } from '../../../edge/sip/identity/passport.ts';
import { identitySigner } from '../../../edge/sip/identity/sign.ts';
import type { IdentitySigner } from '../../../edge/sip/identity/sign.ts';
import { verifyIdentity } from '../../../edge/sip/identity/verify.ts';
import type { ClaimedCall, Verification } from '../../../edge/sip/identity/verify.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { testAuthority } from './authority.ts';
import type { Issued, TestAuthority } from './authority.ts';

const url = 'https://cert.example.org/shaken.pem';
const from = '+12155551212';
const to = '+12155551213';

describe('STIR', () => {
  const clock = new FakeClock();
  let authority: TestAuthority;
  let leaf: Issued;
  let signer: IdentitySigner;

  before(async () => {
    authority = await testAuthority(clock.now());
    leaf = await authority.issue();
    signer = await identitySigner({ key: leaf.key, certificateUrl: url, clock, random: systemRandom });
  });

  const keysFor = (pem: string | undefined, anchor = authority.root): SignerKeys =>
    new SignerKeys(() => Promise.resolve(pem), [new X509Certificate(anchor)], clock);

  const keys = (): SignerKeys => keysFor(`${leaf.certificate}\n${authority.intermediate}`);

  async function identity(attest: 'A' | 'B' | 'C' = 'A', dest = to): Promise<string> {
    const signed = await signer.sign({ attest, from, to: dest });
    assert.ok(signed.ok);
    return signed.value;
  }

  /** An Identity value with any header and claims, signed with the leaf's key. */
  async function odd(header: object, claims: unknown, params = 'alg=ES256;ppt=shaken'): Promise<string> {
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: url, ...header })
      .sign(await importPKCS8(leaf.key, 'ES256'));
    return `${token};info=<${url}>;${params}`;
  }

  const claims = () => ({
    attest: 'A',
    dest: { tn: ['12155551213'] },
    iat: Math.floor(clock.now() / 1000),
    orig: { tn: '12155551212' },
    origid: '123e4567-e89b-12d3-a456-426655440000',
  });

  const verify = (
    identities: readonly string[],
    call: Partial<ClaimedCall> = {},
    by = keys(),
  ): Promise<Verification | undefined> => verifyIdentity({ identities, from, to, ...call }, by, clock);

  const verstat = async (...args: Parameters<typeof verify>): Promise<string | undefined> =>
    (await verify(...args))?.verstat;

  it('passes what was signed, at its level', async () => {
    for (const attest of ['A', 'B', 'C'] as const) {
      const value = await identity(attest);
      assert.deepEqual(await verify([value]), {
        verstat: `TN-Validation-Passed-${attest}`,
        token: value.split(';')[0],
      });
    }
  });

  it('signs claims in the canonical form of RFC 8225 §9', async () => {
    const value = await identity();
    const [token = '', ...params] = value.split(';');
    const [head = '', body = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    assert.equal(head, `{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"${url}"}`);
    assert.match(
      body,
      new RegExp(
        `^{"attest":"A","dest":{"tn":\\["12155551213"\\]},"iat":${clock.now() / 1000},"orig":{"tn":"12155551212"},` +
          '"origid":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"}$',
      ),
    );
    assert.deepEqual(params, [`info=<${url}>`, 'alg=ES256', 'ppt=shaken']);
  });

  it('signs nothing about what is no number', async () => {
    assert.deepEqual(await signer.sign({ attest: 'A', from: 'anonymous', to }), {
      ok: false,
      error: 'number',
    });
    assert.deepEqual(await signer.sign({ attest: 'A', from, to: '' }), { ok: false, error: 'number' });
  });

  it('passes a caller on with his own proof, while that is believed', async () => {
    const passport = (await identity()).split(';')[0] ?? '';
    const further = '+14155550001';
    const passedOn = await signer.divert({ passport, from, by: to, to: further });
    assert.ok(passedOn.ok);
    assert.equal(await verstat(passedOn.value, { to: further }), 'TN-Validation-Passed-A-Diverted');
    const [, div = ''] = passedOn.value;
    assert.equal(
      Buffer.from(div.split('.')[1] ?? '', 'base64url').toString(),
      `{"dest":{"tn":["14155550001"]},"div":{"tn":"12155551213"},"iat":${clock.now() / 1000},"orig":{"tn":"12155551212"}}`,
    );
    const fault = async (change: object): Promise<unknown> => {
      const tried = await signer.divert({ passport, from, by: to, to: further, ...change });
      return tried.ok || tried.error;
    };
    assert.equal(await fault({ from: '+12155559999' }), 'other');
    assert.equal(await fault({ by: '+12155559999' }), 'other');
    assert.equal(await fault({ passport: 'nonsense' }), 'other');
    assert.equal(await fault({ to: 'anonymous' }), 'number');
    const old = await odd({}, { ...claims(), iat: clock.now() / 1000 - 61 });
    assert.equal(await fault({ passport: old.split(';')[0] }), 'stale');
  });

  it('says nothing of a call without Identity', async () => {
    assert.equal(await verify([]), undefined);
  });

  it('has nothing to check in a PASSporT of another call', async () => {
    const value = await identity();
    assert.equal(await verstat([value], { from: '+12155559999' }), 'No-TN-Validation');
    assert.equal(await verstat([value], { to: '+12155559999' }), 'No-TN-Validation');
    assert.equal(await verstat([value], { from: 'anonymous' }), 'No-TN-Validation');
    assert.equal(await verstat([value], { from: '1 (215) 555-1212' }), 'TN-Validation-Passed-A');
  });

  it('has nothing to check in one of another time', async () => {
    for (const [offsetS, wanted] of [
      [-61, 'No-TN-Validation'],
      [-60, 'TN-Validation-Passed-A'],
      [60, 'TN-Validation-Passed-A'],
      [61, 'No-TN-Validation'],
    ] as const)
      assert.equal(
        await verstat([await odd({}, { ...claims(), iat: claims().iat + offsetS })]),
        wanted,
        String(offsetS),
      );
  });

  it('has nothing to check in what is malformed', async () => {
    const value = await identity();
    const [token = ''] = value.split(';');
    const [head = '', body = '', signature = ''] = token.split('.');
    const malformed = [
      '',
      token,
      `${head}.${body};info=<${url}>`,
      `..${signature};info=<${url}>`,
      `${head}.${body}.;info=<${url}>`,
      `${head}.!.${signature};info=<${url}>`,
      value.replace('<https', '<http'),
      value.replace('shaken.pem>', 'other.pem>'),
      value.replace('ppt=shaken', 'ppt=div'),
      value.replace('alg=ES256', 'alg=RS256'),
      value.replace('info=<', 'info='),
      `${value};x="`,
      `${value};${'x'.repeat(9000)}`,
      await odd({ typ: 'JWT' }, claims()),
      await odd({ ppt: '' }, claims(), 'alg=ES256'),
      await odd({}, { ...claims(), orig: { uri: 'sip:a@b' } }),
      await odd({}, { ...claims(), dest: {} }),
      await odd({}, { ...claims(), dest: { tn: [] } }),
      await odd({}, { ...claims(), dest: { tn: ['x'] } }),
      await odd({}, { ...claims(), iat: 'now' }),
      await odd({}, [claims()]),
    ];
    for (const text of malformed) assert.equal(await verstat([text]), 'No-TN-Validation', text);
    assert.equal(await verstat(Array.from({ length: 7 }, () => value)), 'No-TN-Validation');
  });

  it('fails what was changed, at the level it claims', async () => {
    const [head = '', body = '', signature = ''] = (await identity('C')).split(';')[0]!.split('.');
    const raised = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"C"', '"A"')).toString(
      'base64url',
    );
    const verified = await verify([`${head}.${raised}.${signature};info=<${url}>;alg=ES256;ppt=shaken`]);
    assert.deepEqual(verified, { verstat: 'TN-Validation-Failed-A', token: undefined });
  });

  it('fails what claims no level', async () => {
    assert.equal(await verstat([await odd({}, { ...claims(), attest: 'D' })]), 'TN-Validation-Failed');
  });

  it('fails what an untrusted certificate signed', async () => {
    const value = await identity('B');
    const other = await testAuthority(clock.now());
    const stranger = await authority.issue();
    const expired = await authority.issue({ notAfter: new Date(clock.now() - 1000) });
    const early = await authority.issue({ notBefore: new Date(clock.now() + 60_000) });
    const unauthorised = await authority.issue({ authority: false });
    const { certificate } = leaf;
    const { intermediate, root } = authority;
    for (const [pem, anchor] of [
      [undefined, root],
      ['', root],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', root],
      [certificate, root],
      [`${certificate}\n${intermediate}`, other.root],
      [`${certificate}\n${other.intermediate}`, root],
      [`${intermediate}\n${root}`, root],
      [Array.from({ length: 7 }, () => certificate).join('\n'), root],
      [`${stranger.certificate}\n${intermediate}`, root],
      [`${expired.certificate}\n${intermediate}`, root],
      [`${early.certificate}\n${intermediate}`, root],
      [`${unauthorised.certificate}\n${intermediate}`, root],
    ] as const)
      assert.equal(await verstat([value], {}, keysFor(pem, anchor)), 'TN-Validation-Failed-B');
    assert.equal(await verstat([value], {}, keysFor(certificate, intermediate)), 'TN-Validation-Passed-B');
  });

  it('fails a key that is not of P-256, or a fetch that rejects', async () => {
    const wide = await authority.issue({ curve: 'P-384' });
    const by = keysFor(`${wide.certificate}\n${authority.intermediate}`);
    assert.equal(await verstat([await identity()], {}, by), 'TN-Validation-Failed-A');
    const rejecting = new SignerKeys(() => Promise.reject(new Error('gone')), [], clock);
    assert.equal(await verstat([await identity()], {}, rejecting), 'TN-Validation-Failed-A');
  });

  it('follows a call that was forwarded, step by step', async () => {
    const first = '+12155550001';
    const second = '+12155550002';
    const div = (by: string, dest: string, offsetS = 0): Promise<string> =>
      odd(
        { ppt: 'div' },
        { ...claims(), iat: claims().iat + offsetS, dest: { tn: [dest.slice(1)] }, div: { tn: by.slice(1) } },
        'ppt=div',
      );
    const shaken = await identity('A', first);
    const steps = [await div(second, to), await div(first, second)];
    assert.equal(await verstat([steps[0]!, shaken, steps[1]!]), 'TN-Validation-Passed-A-Diverted');
    assert.equal(await verstat([shaken, steps[0]!]), 'No-TN-Validation');
    assert.equal(
      await verstat([shaken, await div(first, second), await div(second, first)]),
      'No-TN-Validation',
    );
    assert.equal(await verstat([shaken, await div(first, to, -100)]), 'No-TN-Validation');
    const [head = '', body = ''] = (await div(first, to)).split('.');
    const forged = `${head}.${body}.${'A'.repeat(86)};info=<${url}>;ppt=div`;
    assert.equal(await verstat([shaken, forged]), 'TN-Validation-Failed-A-Diverted');
  });

  it('asks for a certificate once an hour, and again a minute after a refusal', async () => {
    let asked = 0;
    let pem: string | undefined = undefined;
    const by = new SignerKeys(
      () => {
        asked++;
        return Promise.resolve(pem);
      },
      [new X509Certificate(authority.root)],
      clock,
    );
    const value = (): Promise<string | undefined> => identity().then((signed) => verstat([signed], {}, by));
    assert.deepEqual(await Promise.all([value(), value()]), [
      'TN-Validation-Failed-A',
      'TN-Validation-Failed-A',
    ]);
    pem = `${leaf.certificate}\n${authority.intermediate}`;
    await value();
    assert.equal(asked, 1);
    clock.advance(60_000);
    assert.equal(await value(), 'TN-Validation-Passed-A');
    clock.advance(3_599_999);
    await value();
    assert.equal(asked, 2);
    clock.advance(1);
    await value();
    assert.equal(asked, 3);
  });

  it('refuses keys it cannot sign with', async () => {
    await assert.rejects(identitySigner({ key: 'x', certificateUrl: url, clock, random: systemRandom }));
  });

  it('reads any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(parseIdentity(text), undefined)));
    fc.assert(fc.property(fc.string(), (text) => assert.equal(parseCertificates(text), undefined)));
    const value = fc.string({ unit: fc.constantFrom(...Array.from('ey.;=<>"\\{}https://a info ppt')) });
    fc.assert(fc.property(value, (text) => assert.equal(parseIdentity(text), undefined)));
  });
});
