import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addFields, withAddress, withheldInDialog } from '../../../edge/sip/drachtio/fields.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';

describe('withAddress', () => {
  const at = (value: string): string => withAddress('contact', value, '192.0.2.1:5060');

  it('puts our address where an application wrote localhost, and brackets around a bare URI', () => {
    assert.equal(at('sip:foo@localhost'), '<sip:foo@192.0.2.1:5060>');
    assert.equal(
      at('"Foo" <sip:foo@localhost;transport=tcp>;q=1'),
      '"Foo" <sip:foo@192.0.2.1:5060;transport=tcp>;q=1',
    );
    assert.equal(at('sip:localhost:5062'), '<sip:192.0.2.1:5060>');
    assert.equal(at('sip:foo@host;tag=1'), '<sip:foo@host>;tag=1');
  });

  it('leaves names that only begin so, and other fields', () => {
    assert.equal(at('<sip:a@localhost.example.net>'), '<sip:a@localhost.example.net>');
    assert.equal(withAddress('subject', 'sip:foo@localhost', 'x'), 'sip:foo@localhost');
  });
});

describe('addFields', () => {
  it('leaves out what the dialog sets, and spells the rest as usual', () => {
    const to = new Headers();
    const from = Headers.of([
      ['cseq', '9 INVITE'],
      ['via', 'SIP/2.0/UDP evil'],
      ['p-asserted-identity', '<sip:a@b>'],
      ['X-keepThis', '1'],
      ['some-other', '2'],
    ]);
    addFields(to, from, withheldInDialog, 'us:5060');
    assert.deepEqual(
      [...to].map(({ name, value }) => [name, value]),
      [
        ['P-Asserted-Identity', '<sip:a@b>'],
        ['X-keepThis', '1'],
        ['Some-Other', '2'],
      ],
    );
  });
});
