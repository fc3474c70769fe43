import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import { parseTwiml, type Twiml } from '../../edge/twiml/twiml.ts';
import type { Fault } from '../../edge/twiml/fault.ts';
import type { MessageVerb } from '../../edge/twiml/verbs/message.ts';

function read(document: string | Buffer, contentType: string | undefined = 'text/xml'): Twiml {
  const result = parseTwiml(document, contentType, 'messaging');
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

function refused(document: string | Buffer, contentType: string | undefined = 'text/xml'): Fault {
  const result = parseTwiml(document, contentType, 'messaging');
  assert.ok(!result.ok, 'the document was accepted');
  return result.error;
}

const codes = (twiml: Twiml): number[] => twiml.warnings.map((warning) => warning.code);

function onlyMessage(twiml: Twiml): MessageVerb {
  assert.equal(twiml.verbs.length, 1);
  const verb = twiml.verbs[0]!;
  assert.equal(verb.kind, 'message');
  return verb;
}

const bodyOf = (inner: string): string => onlyMessage(read(`<Response>${inner}</Response>`)).body;

describe("documents of Twilio's own builder", () => {
  it('gives messages, media and redirects in order, with nothing to complain of', () => {
    const response = new twilio.twiml.MessagingResponse();
    response.message(
      { to: '+15551230000', from: '+15551230001', action: '/sent', method: 'GET' },
      'a < b & "c" 😀',
    );
    const second = response.message({ statusCallback: 'https://app.example/status' }, '');
    second.body('line 1\nline 2');
    second.media('https://media.example/a.png?x=1&y=2');
    second.media('https://media.example/b.png');
    response.comment('nothing to see');
    response.redirect({ method: 'GET' }, '/next?a=1&b=2');
    assert.deepEqual(read(response.toString()), {
      verbs: [
        {
          kind: 'message',
          to: '+15551230000',
          from: '+15551230001',
          action: '/sent',
          method: 'GET',
          body: 'a < b & "c" 😀',
          media: [],
          line: 1,
        },
        {
          kind: 'message',
          statusCallback: 'https://app.example/status',
          method: 'POST',
          body: 'line 1\nline 2',
          media: ['https://media.example/a.png?x=1&y=2', 'https://media.example/b.png'],
          line: 1,
        },
        { kind: 'redirect', url: '/next?a=1&b=2', method: 'GET', line: 2 },
      ],
      warnings: [],
    });
  });

  it('asks for nothing when the Response is empty', () => {
    assert.deepEqual(read(new twilio.twiml.MessagingResponse().toString()), { verbs: [], warnings: [] });
  });
});

describe('the Content-Type', () => {
  for (const type of [
    'text/xml',
    'application/xml',
    'text/html; charset=utf-8',
    'TEXT/XML;charset="UTF-8"',
  ]) {
    it(`reads ${type} as TwiML`, () => {
      assert.equal(onlyMessage(read('<Response><Message>hi</Message></Response>', type)).body, 'hi');
    });
  }

  it('sends text/plain as one message', () => {
    assert.equal(onlyMessage(read('Sunny, 21 °C\n', 'text/plain; charset=utf-8')).body, 'Sunny, 21 °C');
    assert.equal(onlyMessage(read('<Response/>', 'text/plain')).body, '<Response/>');
  });

  it('refuses others, and none, by 12300', () => {
    assert.equal(refused('{"message":"ok"}', 'application/json').code, 12300);
    const none = parseTwiml('<Response/>', undefined, 'messaging');
    assert.equal(none.ok ? 0 : none.error.code, 12300);
  });

  it('asks for nothing when there is no body, whatever its type', () => {
    for (const type of ['text/xml', 'text/plain', 'application/json', undefined]) {
      const result = parseTwiml('', type, 'messaging');
      assert.deepEqual(result, { ok: true, value: { verbs: [], warnings: [] } });
    }
    assert.deepEqual(read(' \n', 'text/html'), { verbs: [], warnings: [] });
  });

  it('reads the encoding from the mark, the header, the declaration, in that order', () => {
    const latin = Buffer.from(
      '<?xml version="1.0" encoding="ISO-8859-1"?><Response><Message>caf\xe9</Message></Response>',
      'latin1',
    );
    assert.equal(onlyMessage(read(latin)).body, 'café');
    assert.equal(refused(latin, 'text/xml; charset=utf-8').code, 12100);
    const marked = Buffer.from('\ufeff<Response><Message>café</Message></Response>', 'utf8');
    assert.equal(onlyMessage(read(marked, 'text/xml; charset=iso-8859-1')).body, 'café');
    assert.equal(
      onlyMessage(read(Buffer.from('\ufeff<Response><Message>é</Message></Response>', 'utf16le'))).body,
      'é',
    );
    assert.match(refused(latin, 'text/xml; charset=klingon').message, /klingon is not known/);
  });
});

describe('text in a message', () => {
  it('loses white space at its ends and keeps it inside', () => {
    assert.equal(bodyOf('<Message>\n    Hello,\n      world\n  </Message>'), 'Hello,\n      world');
    assert.equal(bodyOf('<Message>\u00a0x\u00a0</Message>'), '\u00a0x\u00a0');
  });
  it('has references and CDATA decoded once', () => {
    assert.equal(
      bodyOf('<Message>&amp;lt; &lt;&gt;&quot;&apos; &#x1F600;&#233;</Message>'),
      '&lt; <>"\' 😀é',
    );
    assert.equal(
      bodyOf('<Message><![CDATA[<b>&amp;</b>]]> and <![CDATA[]]>more</Message>'),
      '<b>&amp;</b> and more',
    );
  });
  it('ignores comments, also one that splits it or holds markup', () => {
    assert.equal(bodyOf('<Message>a<!-- <!DOCTYPE x> <Redirect> -->b</Message>'), 'ab');
  });
  it('is never read as a number or a truth value', () => {
    for (const text of ['007', '1e3', 'true', '0x10', '+15551230000']) {
      assert.equal(bodyOf(`<Message>${text}</Message>`), text);
    }
  });
  it('has one line feed for every kind of line end', () => {
    assert.equal(bodyOf('<Message>a\r\nb\rc&#13;d</Message>'), 'a\nb\nc\rd');
  });
  it('comes from Body when there is one', () => {
    assert.equal(bodyOf('<Message>\n <Body>hello </Body>\n</Message>'), 'hello');
    const mixed = read('<Response><Message>loose<Body>tied</Body></Message></Response>');
    assert.equal(onlyMessage(mixed).body, 'tied');
    assert.deepEqual(codes(mixed), [12200]);
  });
  it('may stand beside Media', () => {
    const verb = onlyMessage(read('<Response><Message>look<Media>/cat.png</Media></Message></Response>'));
    assert.equal(verb.body, 'look');
    assert.deepEqual(verb.media, ['/cat.png']);
  });
});

describe('warnings leave the rest to run', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['a verb of calls', '<Say>hello</Say>', 14110, 0],
    ['a misspelt verb', '<message>hello</message>', 12200, 0],
    ['an empty message', '<Message> </Message>', 14103, 0],
    ['a body that is too long', `<Message>${'x'.repeat(1601)}</Message>`, 14103, 0],
    ['an unknown attribute', '<Message colour="red">hi</Message>', 12200, 1],
    ['a wrong method', '<Message method="PUT">hi</Message>', 14104, 1],
    ['a wrong statusCallback', '<Message statusCallback="ftp://x/">hi</Message>', 14105, 1],
    ['a wrong action', '<Message action="javascript:x">hi</Message>', 12200, 1],
    ['an unknown child', '<Message>hi<Image/></Message>', 12200, 1],
    ['Media in the deprecated Sms', '<Sms>hi<Media>https://m.example/</Media></Sms>', 12200, 1],
    ['Media without a URL', '<Message>hi<Media/></Message>', 12200, 1],
    ['a Redirect to nowhere', '<Redirect>mailto:x@example.net</Redirect>', 12200, 0],
    ['a wrong method of Redirect', '<Redirect method="HEAD">/x</Redirect>', 13710, 1],
    ['loose text', 'hello', 12200, 0],
  ];
  for (const [name, inner, code, verbs] of cases) {
    it(`${name}: ${code}`, () => {
      const twiml = read(`<Response>\n${inner}<Message>last</Message></Response>`);
      assert.ok(codes(twiml).includes(code), JSON.stringify(twiml.warnings));
      assert.equal(twiml.verbs.length, verbs + 1);
      const last = twiml.verbs.at(-1)!;
      assert.equal(last.kind === 'message' && last.body, 'last');
    });
  }

  it('names the line', () => {
    const twiml = read(
      '<?xml version="1.0"?>\r\n<Response>\r\n\r\n  <Dial/>\n  <Message\n>hi</Message></Response>',
    );
    assert.equal(twiml.warnings[0]!.line, 4);
    assert.equal(twiml.verbs[0]!.line, 5);
  });
  it('accepts a body of exactly 1,600 characters, however many bytes', () => {
    assert.equal(bodyOf(`<Message>${'😀'.repeat(1600)}</Message>`).length, 3200);
  });
  it('sends ten messages and warns once of the others', () => {
    const twiml = read(`<Response>${'<Message>x</Message>'.repeat(14)}<Redirect>/n</Redirect></Response>`);
    assert.equal(twiml.verbs.length, 11);
    assert.deepEqual(codes(twiml), [14109]);
  });
  it('keeps ten media of a message', () => {
    const twiml = read(`<Response><Message>${'<Media>/m</Media>'.repeat(11)}</Message></Response>`);
    assert.equal(onlyMessage(twiml).media.length, 10);
    assert.deepEqual(codes(twiml), [12200]);
  });
  it('are bounded in number and length', () => {
    const twiml = read(`<Response>${`<${'n'.repeat(300)}/>`.repeat(200)}</Response>`);
    assert.equal(twiml.warnings.length, 50);
    assert.ok(twiml.warnings.every((warning) => warning.message.length < 260));
  });
  it("are not due for XML's own attributes", () => {
    const twiml = read(
      '<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Message xml:lang="en">x</Message></Response>',
    );
    assert.deepEqual(twiml.warnings, []);
  });
  it('accepts Sms and an empty Redirect', () => {
    const twiml = read('<Response><Sms to="+1">x</Sms><Redirect/></Response>');
    assert.deepEqual(twiml.warnings, []);
    assert.deepEqual(twiml.verbs[1], { kind: 'redirect', url: '', method: 'POST', line: 1 });
  });
});

describe('faults end the document', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['another root', '<Reply/>', 12102],
    ['the root in lower case', '<response/>', 12102],
    ['a wrong version', '<Response version="7"/>', 12101],
    ['no root', '<?xml version="1.0"?>', 12100],
    ['plain text', 'hello', 12100],
    ['two roots', '<Response/><Response/>', 12100],
    ['text after the root', '<Response/>hello', 12100],
    ['an unclosed element', '<Response><Message>hi</Response>', 12100],
    ['an unclosed comment', '<Response/><!-- ', 12100],
    ['an unclosed CDATA section', '<Response><Message><![CDATA[x</Message></Response>', 12100],
    ['an unquoted attribute', '<Response><Message to=1>x</Message></Response>', 12100],
    ['an attribute given twice', '<Response><Message to="1" to="2">x</Message></Response>', 12100],
    ['a bare ampersand in text', '<Response><Message>a & b</Message></Response>', 12100],
    [
      'a bare ampersand in an attribute',
      '<Response><Message action="/x?a=1&b=2">x</Message></Response>',
      12100,
    ],
    ['an entity of HTML', '<Response><Message>&nbsp;</Message></Response>', 12100],
    ['a reference to NUL', '<Response><Message>&#0;</Message></Response>', 12100],
    ['a reference beyond Unicode', '<Response><Message>&#x110000;</Message></Response>', 12100],
    ['a control character', '<Response><Message>\u0001</Message></Response>', 12100],
    ['a line before the declaration', '\n<?xml version="1.0"?><Response/>', 12100],
    ['a DOCTYPE', '<!DOCTYPE Response SYSTEM "http://169.254.169.254/"><Response/>', 12100],
    [
      'a DOCTYPE in the middle',
      '<Response><!DOCTYPE x [<!ENTITY a "b">]><Message>&a;</Message></Response>',
      12100,
    ],
    ['a DOCTYPE behind a quoted comment', '<Response a="<!--"><!DOCTYPE x>--></Response>', 12100],
    ['an element named after a prototype', '<Response><__proto__/></Response>', 12100],
  ];
  for (const [name, document, code] of cases) {
    it(`${name}: ${code}`, () => {
      assert.equal(refused(document).code, code);
    });
  }

  it('names the line', () => {
    assert.equal(refused('<Response>\n\n<Message>\n</Response>').line, 4);
    assert.equal(refused('<Response>\n<Message>&oops;</Message></Response>').code, 12100);
  });

  it('never expands entities of a document ("billion laughs")', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      '',
    );
    const bomb = `<!DOCTYPE x [<!ENTITY l0 "ha">${levels}]><Response><Message>&l9;</Message></Response>`;
    assert.equal(refused(bomb).code, 12100);
  });
});

describe('limits', () => {
  it('counts bytes, not characters: 64 KB', () => {
    const wrap = (text: string): string => `<Response><!--${text}--></Response>`;
    const overhead = wrap('').length;
    assert.equal(read(wrap('é'.repeat((65_536 - overhead - 1) / 2))).verbs.length, 0);
    assert.equal(refused(wrap('é'.repeat((65_536 - overhead) / 2 + 1))).code, 11750);
    assert.equal(refused(Buffer.alloc(65_537, 0x20)).code, 11750);
  });
  it('refuses depth and number of elements', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assert.equal(read(`<Response>${nested(15)}</Response>`).warnings.length, 1);
    assert.match(refused(`<Response>${nested(16)}</Response>`).message, /nested more than 16 deep/);
    assert.equal(refused('<a>'.repeat(21_000)).code, 12100);
    assert.match(refused(`<Response>${'<a/>'.repeat(1000)}</Response>`).message, /more than 1000 elements/);
  });
  it('refuses an element with too many attributes', () => {
    const many = Array.from({ length: 51 }, (_, n) => `a${n}="1"`).join(' ');
    assert.match(refused(`<Response ${many}/>`).message, /more than 50 attributes/);
  });
});
