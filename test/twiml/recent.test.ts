import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecentTwiml } from '../../edge/twiml/recent.ts';
import { parseTwiml } from '../../edge/twiml/twiml.ts';

const pause = (seconds: number): Buffer => Buffer.from(`<Response><Pause length="${seconds}"/></Response>`);

describe('TwiML that was read lately', () => {
  it('is what reading it would give, whatever its type and form', () => {
    const recent = new RecentTwiml('voice');
    const bodies = [pause(1), pause(1).toString(), '<Response', '', '<Response><Say>é</Say></Response>'];
    const types = [
      undefined,
      'text/xml',
      'text/xml; charset=iso-8859-1',
      'text/plain',
      'audio/wav',
      'image/png',
    ];
    for (const round of [1, 2])
      for (const text of bodies)
        for (const body of [text, Buffer.from(text)])
          for (const type of types)
            assert.deepEqual(recent.parse(body, type), parseTwiml(body, type, 'voice'), `${type} ${round}`);
  });

  it('is read once', () => {
    const recent = new RecentTwiml('voice');
    assert.equal(recent.parse(pause(1), 'text/xml'), recent.parse(pause(1), 'text/xml'));
    assert.notEqual(recent.parse(pause(2), 'text/xml'), recent.parse(pause(1), 'text/xml'));
  });

  it('is bounded: what was asked for longest ago is forgotten, and large documents at once', () => {
    const recent = new RecentTwiml('voice');
    const [often, seldom] = [recent.parse(pause(0), 'text/xml'), recent.parse(pause(1), 'text/xml')];
    for (let seconds = 2; seconds < 1_000; seconds++) {
      recent.parse(pause(seconds), 'text/xml');
      assert.equal(recent.parse(pause(0), 'text/xml'), often);
    }
    assert.notEqual(recent.parse(pause(1), 'text/xml'), seldom);
    const large = Buffer.from(`<Response><Say>${'a'.repeat(5_000)}</Say></Response>`);
    assert.notEqual(recent.parse(large, 'text/xml'), recent.parse(large, 'text/xml'));
  });
});
