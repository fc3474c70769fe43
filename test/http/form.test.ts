import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bodyParams } from '../../edge/http/body-params.ts';
import { defaultFormLimits, parseForm } from '../../edge/http/form.ts';
import { parseMultipart } from '../../edge/http/multipart.ts';
import type { Params } from '../../edge/api/exchange.ts';

const limits = { fieldsMax: 3, nameBytesMax: 4 };
const pairs = (params: Params): [string, string][] =>
  params.names().flatMap((name) => params.all(name).map((value): [string, string] => [name, value]));
const read = (text: string): unknown => {
  const result = parseForm(Buffer.from(text, 'latin1'), limits);
  return result.ok ? pairs(result.value) : result.error;
};

describe('form-urlencoded', () => {
  for (const [text, expected] of [
    ['', []],
    ['a=b', [['a', 'b']]],
    [
      'a=b&c=',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['a', [['a', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['=b', [['', 'b']]],
    ['&&a=b&', [['a', 'b']]],
    [
      'a=b&a=c',
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    ['a+b=c+d%2B', [['a b', 'c d+']]],
    ['%61%3D=%26%25', [['a=', '&%']]],
    ['a=%F0%9F%98%80%c3%a9', [['a', '😀é']]],
    ['a=\xc3\xa9', [['a', 'é']]],
    ['a=%00', [['a', '\0']]],
    ['a=%', 'badEscape'],
    ['a=%4', 'badEscape'],
    ['a=%4&b=1', 'badEscape'],
    ['a=%4g', 'badEscape'],
    ['%zz=1', 'badEscape'],
    ['a=%ff', 'badUtf8'],
    ['a=\xff', 'badUtf8'],
    ['a=%c3', 'badUtf8'],
    ['a=%c0%80', 'badUtf8'],
    ['a=%ed%a0%80', 'badUtf8'],
    ['%ff=1', 'badUtf8'],
    ['a=1&b=2&c=3&d=4', 'tooManyFields'],
    ['abcde=1', 'nameTooLong'],
    ['%61%62%63%64%65=1', 'nameTooLong'],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected));
  }

  it('reads back whatever URLSearchParams writes', () => {
    const value = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 20 }), (given) => {
        const text = new URLSearchParams(given).toString();
        const result = parseForm(Buffer.from(text), { fieldsMax: 20, nameBytesMax: 4096 });
        assert.ok(result.ok);
        const expected = [...new URLSearchParams(text)].filter(([name, one]) => name !== '' || one !== '');
        const found = pairs(result.value).filter(([name, one]) => name !== '' || one !== '');
        const order = (list: [string, string][]) =>
          [...list].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        assert.deepEqual(order(found), order(expected));
      }),
    );
  });
});

describe('multipart', () => {
  const type = 'multipart/form-data; boundary=x';
  const part = (head: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
  const parse = async (body: string, contentType = type): Promise<unknown> => {
    const result = await parseMultipart(Buffer.from(body, 'latin1'), contentType, {
      fieldsMax: 2,
      nameBytesMax: 8,
    });
    return result.ok ? pairs(result.value) : result.error;
  };

  for (const [what, body, expected] of [
    [
      'fields in order',
      `${part('name="a"', '1')}${part('name="b"', 'x\r\ny')}--x--\r\n`,
      [
        ['a', '1'],
        ['b', 'x\r\ny'],
      ],
    ],
    ['UTF-8', `${part('name="a"', '\xc3\xa9')}--x--`, [['a', 'é']]],
    ['no fields', '--x--\r\n', []],
    ['bytes that are not UTF-8', `${part('name="a"', '\xff')}--x--`, 'badUtf8'],
    ['a body cut short', part('name="a"', '1'), 'malformed'],
    ['no body', '', 'malformed'],
    ['a file', `${part('name="a"; filename="f"', '1')}--x--`, 'fileNotExpected'],
    ['a file cut short', part('name="a"; filename="f"', '1'), 'fileNotExpected'],
    ['a part without a name', `${part('nome="a"', '1')}--x--`, 'malformed'],
    ['a long name', `${part('name="abcdefghijkl"', '1')}--x--`, 'nameTooLong'],
    ['too many fields', `${part('name="a"', '1').repeat(3)}--x--`, 'tooManyFields'],
  ] as const) {
    it(`reads ${what}`, async () => assert.deepEqual(await parse(body), expected));
  }

  it('wants a boundary', async () => {
    assert.equal(await parse('x', 'multipart/form-data'), 'noBoundary');
  });
});

describe('body types', () => {
  const of = async (bytes: string, type: string): Promise<unknown> => {
    const result = await bodyParams(Buffer.from(bytes), type, defaultFormLimits);
    return result.ok ? pairs(result.value) : result.error;
  };

  it('takes forms by any spelling of their type, and nothing else', async () => {
    assert.deepEqual(await of('a=b', 'Application/X-WWW-Form-URLencoded ; charset=UTF-8'), [['a', 'b']]);
    assert.deepEqual(await of('a=b', ''), [['a', 'b']]);
    assert.deepEqual(await of('', 'application/json'), []);
    assert.equal(await of('{}', 'application/json'), 'contentType');
    assert.equal(await of('a=b', 'text/plain'), 'contentType');
  });
});
