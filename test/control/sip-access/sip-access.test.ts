import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDomainName, type DomainName } from '../../../control/sip-access/domain-name.ts';
import { networkOf, parseAddress } from '../../../control/sip-access/network.ts';
import { SipAccess } from '../../../control/sip-access/sip-access.ts';
import { openBooks } from '../accounts/books.ts';

const name = (text: string): DomainName => {
  const parsed = parseDomainName(text, 'edge.example');
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

const must = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

async function openAccess() {
  const books = openBooks();
  const access = new SipAccess({ ...books, domain: 'edge.example' });
  const { account } = await books.create();
  const domain = must(await access.domains.create(account, name('office.sip.edge.example'), {}));
  return { books, access, account, domain };
}

describe('SipAccess', () => {
  it('finds a domain by either ending of its name', async () => {
    const { access, domain } = await openAccess();
    for (const host of ['office.sip.edge.example', 'Office.SIP.Edge.Example', 'office.sip.twilio.com'])
      assert.deepEqual(access.domains.byHost(host), domain);
    assert.deepEqual(access.domains.byHost('office.sip.us1.twilio.com'), domain);
    for (const host of ['other.sip.edge.example', 'office.edge.example', '192.0.2.1', ''])
      assert.equal(access.domains.byHost(host), undefined);
  });

  it('keeps passwords as digests of both algorithms, for the users of mapped lists', async () => {
    const { books, access, account, domain } = await openAccess();
    const list = must(await access.credentialLists.create(account.sid, 'users'));
    const credential = must(await access.credentialLists.add(list, 'dwight', 'IWasAtSignal2018'));
    assert.equal(credential.sealed.includes('IWasAtSignal2018'), false);
    assert.equal(access.secrets(domain, 'callCredentials', 'dwight'), undefined);
    must(await access.map(domain, 'callCredentials', list.sid));
    const a1 = 'dwight:sip.edge.example:IWasAtSignal2018';
    assert.deepEqual(access.secrets(domain, 'callCredentials', 'dwight'), {
      md5: hex('md5', a1),
      sha256: hex('sha256', a1),
    });
    assert.equal(access.secrets(domain, 'registrationCredentials', 'dwight'), undefined);
    for (const stranger of ['Dwight', 'jim', '', 'dwight\0', 'a:b'])
      assert.equal(access.secrets(domain, 'callCredentials', stranger), undefined);
    must(await access.credentialLists.setPassword(list, credential.sid, 'AnotherPassword7'));
    assert.equal(
      access.secrets(domain, 'callCredentials', 'dwight')?.md5,
      hex('md5', 'dwight:sip.edge.example:AnotherPassword7'),
    );
    const moved = new SipAccess({ ...books, domain: 'other.example' });
    assert.equal(moved.secrets(domain, 'callCredentials', 'dwight'), undefined);
    assert.equal(await access.credentialLists.removeCredential(list, credential.sid), true);
    assert.equal(access.secrets(domain, 'callCredentials', 'dwight'), undefined);
  });

  it('admits the addresses of mapped lists', async () => {
    const { access, account, domain } = await openAccess();
    const list = must(await access.addressLists.create(account.sid, 'gateways'));
    must(await access.map(domain, 'callAddresses', list.sid));
    assert.equal(access.admits(domain, '192.0.2.9'), false);
    const net = { friendlyName: 'net', ipAddress: '192.0.2.77', cidrPrefixLength: 28 };
    const address = must(await access.addressLists.add(list, net));
    must(
      await access.addressLists.add(list, {
        friendlyName: 'six',
        ipAddress: '2001:db8::1',
        cidrPrefixLength: 64,
      }),
    );
    for (const inside of ['192.0.2.64', '192.0.2.79', '::ffff:192.0.2.70', '2001:db8::ffff'])
      assert.equal(access.admits(domain, inside), true, inside);
    for (const outside of ['192.0.2.63', '192.0.2.80', '2001:db9::1', 'nonsense', ''])
      assert.equal(access.admits(domain, outside), false, outside);
    must(await access.addressLists.change(list, address.sid, { ipAddress: '198.51.100.1' }));
    assert.equal(access.admits(domain, '192.0.2.64'), false);
    assert.equal(access.admits(domain, '198.51.100.15'), true);
    assert.equal(await access.addressLists.removeAddress(list, address.sid), true);
    assert.equal(access.admits(domain, '198.51.100.15'), false);
  });

  it('says what a call must prove, and forgets it with the domain', async () => {
    const { access, account, domain } = await openAccess();
    assert.deepEqual(access.authTypes(domain), []);
    const users = must(await access.credentialLists.create(account.sid, 'users'));
    const gateways = must(await access.addressLists.create(account.sid, 'gateways'));
    must(await access.map(domain, 'registrationCredentials', users.sid));
    assert.deepEqual(access.authTypes(domain), []);
    must(await access.map(domain, 'callCredentials', users.sid));
    assert.deepEqual(access.authTypes(domain), ['CREDENTIAL_LIST']);
    must(await access.map(domain, 'callAddresses', gateways.sid));
    assert.deepEqual(access.authTypes(domain), ['IP_ACL', 'CREDENTIAL_LIST']);
    assert.deepEqual(await access.map(domain, 'callAddresses', gateways.sid), {
      ok: false,
      error: 'alreadyMapped',
    });
    must(await access.unmap(domain, 'callAddresses', gateways.sid));
    assert.deepEqual(await access.unmap(domain, 'callAddresses', gateways.sid), {
      ok: false,
      error: 'notFound',
    });
    must(await access.domains.remove(account.sid, domain.sid));
    assert.deepEqual(access.authTypes(domain), []);
    must(await access.credentialLists.remove(account.sid, users.sid));
    assert.deepEqual(await access.map(domain, 'callCredentials', users.sid), {
      ok: false,
      error: 'notFound',
    });
  });

  it('bounds domains, lists and what is in them', async () => {
    const { access, account } = await openAccess();
    const outcomes: string[] = [];
    const note = (result: { ok: true } | { ok: false; error: string }): void => {
      if (!result.ok) outcomes.push(result.error);
    };
    for (let n = 0; n < 100; n++)
      note(await access.domains.create(account, name(`d${n}.sip.twilio.com`), {}));
    for (let n = 0; n < 101; n++) note(await access.credentialLists.create(account.sid, `l${n}`));
    const gateways = must(await access.addressLists.create(account.sid, 'gateways'));
    for (let n = 0; n < 101; n++) {
      note(
        await access.addressLists.add(gateways, {
          friendlyName: 'a',
          ipAddress: `192.0.2.${n}`,
          cidrPrefixLength: null,
        }),
      );
    }
    assert.deepEqual(outcomes, ['tooMany', 'tooMany', 'tooMany']);
    must(await access.addressLists.remove(account.sid, gateways.sid));
    assert.equal(access.addressLists.admits(gateways.sid, '192.0.2.1'), false);
  });
});

describe('networks', () => {
  it('hold exactly the addresses that share their first bits', () => {
    const address = fc.ipV4();
    fc.assert(
      fc.property(address, address, fc.integer({ min: 1, max: 32 }), (one, other, length) => {
        const bits = (text: string): string =>
          text
            .split('.')
            .map((byte) => Number(byte).toString(2).padStart(8, '0'))
            .join('')
            .slice(0, length);
        const same = networkOf(parseAddress(one)!, length) === networkOf(parseAddress(other)!, length);
        assert.equal(same, bits(one) === bits(other));
      }),
    );
  });

  it('are read from any text without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        if (address !== undefined) assert.ok(networkOf(address, 1).endsWith('/1'));
      }),
    );
  });
});

describe('names of SIP Domains', () => {
  it('are read outermost label first, without their ending', () => {
    assert.deepEqual(name('Front.Office.sip.edge.example'), {
      text: 'front.office.sip.edge.example',
      labels: ['office', 'front'],
    });
    assert.deepEqual(name('office.sip.de1.twilio.com').labels, ['office']);
  });

  it('are read from any text without a throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseDomainName(`${text}.sip.edge.example`, 'edge.example');
        if (parsed.ok) assert.match(parsed.value.labels.join('.'), /^[a-z0-9.-]+$/);
      }),
    );
    assert.equal(parseDomainName(`${'a'.repeat(64)}.sip.edge.example`, 'edge.example').ok, false);
    assert.equal(parseDomainName(`${'a.'.repeat(130)}sip.edge.example`, 'edge.example').ok, false);
    assert.equal(parseDomainName('.sip.edge.example', 'edge.example').ok, false);
  });
});
