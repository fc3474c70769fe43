import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Harness, ownNumber, stranger, twiml } from '../harness.ts';

describe('Sms and Message in a call', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  it('go from the called number to the caller without answering, and tell their action', async () => {
    const documents: Record<string, string> = {
      'http://app.test/voice': twiml(
        '<Message action="/sent" method="GET" statusCallback="/status">hi<Media>/a.png</Media></Message>',
      ),
      'http://app.test/sent': twiml('<Pause length="9"/>'),
    };
    harness = new Harness({ app: ({ url }) => documents[url] ?? '' });
    const incoming = await harness.ring();
    assert.equal(incoming.answered, undefined);
    const [text] = harness.texts;
    assert.deepEqual(
      {
        from: text?.from,
        to: text?.to,
        body: text?.body,
        mediaUrls: text?.mediaUrls,
        status: text?.statusCallback,
      },
      {
        from: ownNumber,
        to: stranger,
        body: 'hi',
        mediaUrls: ['http://app.test/a.png'],
        status: 'http://app.test/status',
      },
    );
    const [sent] = harness.sentTo('http://app.test/sent');
    assert.equal(sent?.['MessageStatus'], 'queued');
    assert.equal(sent['SmsSid'], 'SM00000000000000000000000000000001');
  });

  it('go to whom they say', async () => {
    harness = new Harness({ app: () => twiml('<Sms to="+12065550111" from="+14155550002">hi</Sms>') });
    await harness.ring();
    assert.deepEqual(
      harness.texts.map(({ to, from }) => [to, from]),
      [['+12065550111', '+14155550002']],
    );
    assert.equal(harness.latest('inbound').status, 'completed');
  });
});
