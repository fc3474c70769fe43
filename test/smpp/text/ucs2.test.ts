import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeUcs2, encodeUcs2 } from '../../../edge/smpp/text/ucs2.ts';

describe('UCS-2', () => {
  it('is written with the high octet first', () => {
    assert.equal(encodeUcs2('Aß語😀').toString('hex'), '004100df8a9ed83dde00');
  });

  it('is read back as written', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((all) => !all.startsWith('\ufeff'));
    fc.assert(fc.property(text, (all) => assert.equal(decodeUcs2(encodeUcs2(all)), all)));
  });

  it('obeys a byte order mark and drops it', () => {
    assert.equal(decodeUcs2(Buffer.from('feff0041', 'hex')), 'A');
    assert.equal(decodeUcs2(Buffer.from('fffe4100', 'hex')), 'A');
  });

  it('replaces half pairs and an odd last octet', () => {
    assert.equal(decodeUcs2(Buffer.from('d83d0041', 'hex')), '\ufffdA');
    assert.equal(decodeUcs2(Buffer.from('0041de00', 'hex')), 'A\ufffd');
    assert.equal(decodeUcs2(Buffer.from('004100', 'hex')), 'A\ufffd');
  });
});
