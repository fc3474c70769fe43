import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readDocument } from '../../../edge/twiml/document.ts';
import { textOf } from '../../../edge/twiml/element.ts';
import { voiceVerbs } from '../../../edge/twiml/registry.ts';
import { parseTwiml } from '../../../edge/twiml/twiml.ts';
import { codes, read } from './read.ts';

const attribute = (value: string): string =>
  value.replace(/[&<"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[c] ?? '');

/** Text that XML allows. */
const text = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((s) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(s));

describe('any voice document', () => {
  it('is read, whatever its attributes say', () => {
    const verbs = voiceVerbs.filter(({ attributes }) => Object.keys(attributes).length > 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...verbs),
        fc.array(text, { minLength: 30, maxLength: 30 }),
        (spec, values) => {
          const written = Object.keys(spec.attributes)
            .map((name, index) => `${name}="${attribute(values[index] ?? '')}"`)
            .join(' ');
          const result = parseTwiml(
            `<Response><${spec.name} ${written}>+15551230000</${spec.name}></Response>`,
            'text/xml',
            'voice',
          );
          assert.ok(result.ok);
        },
      ),
    );
  });

  it('says the words that were written, and nothing of their form', () => {
    fc.assert(
      fc.property(text, text, (before, inside) => {
        const twiml = read(
          `<Response><Say>x${attribute(before)}<p>${attribute(inside)}</p>y</Say></Response>`,
        );
        const [say] = twiml.verbs;
        assert.equal(say?.kind, 'say');
        const speech = readDocument(`<speak>${say.ssml}</speak>`);
        assert.ok(speech.ok);
        assert.equal(textOf(speech.value), `x${before}y`.replace(/\r\n?/g, '\n'));
      }),
    );
  });

  it('waits as many seconds as it says, within bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 200_000 }), (seconds) => {
        const twiml = read(`<Response><Pause length="${seconds}"/></Response>`);
        const good = seconds >= 1 && seconds <= 86_400;
        assert.deepEqual(twiml.verbs, [{ kind: 'pause', lengthMs: good ? seconds * 1000 : 1000, line: 1 }]);
        assert.deepEqual(codes(twiml), good ? [] : [13910]);
      }),
    );
  });

  it('sends no header that could begin another', () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = attribute(encodeURIComponent(value));
        const twiml = read(`<Response><Refer><Sip>sip:a@b.example?x-a=${written}</Sip></Refer></Response>`);
        const [refer] = twiml.verbs;
        assert.equal(refer?.kind, 'refer');
        const clean = !/\p{Cc}/u.test(value) && written.length + 4 <= 1024;
        assert.deepEqual(refer.to.headers, clean ? [['x-a', value]] : []);
      }),
    );
  });
});
