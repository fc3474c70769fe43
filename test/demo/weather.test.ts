import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { messageTwiml } from '../../edge/demo/twiml.ts';
import { answerTo, dayOf, forecast } from '../../edge/demo/weather.ts';
import { gsm7Length } from '../../edge/smpp/text/gsm7.ts';
import { parseTwiml } from '../../edge/twiml/twiml.ts';

const cities = ['Berlin', 'Cairo', 'Chicago', 'London', 'Mumbai', 'Nairobi', 'Paris', 'Sydney', 'Tokyo'];

describe('the weather application', () => {
  it('forecasts the same for a city and a day, and otherwise on other days', () => {
    const days = ['2026-01-01', '2026-01-02', '2026-07-01'].map((day) => forecast('Paris', day));
    assert.equal(new Set(days).size, 3);
    assert.equal(forecast('  PARÍS! ', '2026-01-01'), days[0]);
  });

  it('keeps to one segment of GSM 7-bit, and to plausible temperatures', () => {
    for (const city of cities) {
      for (let month = 1; month <= 12; month++) {
        const text = forecast(city, `2026-${String(month).padStart(2, '0')}-15`) ?? '';
        const [, low, high] = /, (-?\d+) to (-?\d+) degrees, /.exec(text) ?? [];
        assert.ok(Number(low) > -20 && Number(low) < Number(high) && Number(high) < 45, text);
        const length = gsm7Length(`Good morning! ${text}`);
        assert.ok(length > 0 && length <= 160, text);
      }
    }
  });

  it('says which cities it knows when it does not know one', () => {
    assert.match(answerTo('Atlantis', '2026-01-01'), /^I do not know Atlantis\. Try Berlin, .*, Tokyo\.$/);
    assert.match(answerTo('', '2026-01-01'), /^Text me a city: Berlin, /);
  });

  it('answers in TwiML that says just that, whatever it was asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (asked) => {
        const answer = answerTo(asked, '2026-01-01');
        const parsed = parseTwiml(Buffer.from(messageTwiml(answer)), 'text/xml', 'messaging');
        assert.ok(parsed.ok);
        assert.deepEqual(
          parsed.value.verbs.map(({ kind }) => kind),
          ['message'],
        );
      }),
    );
    assert.match(messageTwiml('<Dial> & "co"'), /<Message>&lt;Dial&gt; &amp; &quot;co&quot;<\/Message>/);
  });

  it('takes days in UTC', () => assert.equal(dayOf(Date.UTC(2026, 0, 31, 23, 59)), '2026-01-31'));
});
