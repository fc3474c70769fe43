import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { fail } from '../../../control/base/result.ts';
import { Espeak } from '../../../media/speech/espeak/espeak.ts';
import { HttpVoice, type HttpVoiceOptions } from '../../../media/speech/http-voice.ts';
import { readSsml } from '../../../media/speech/ssml.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sine, wavOf } from '../sounds/files.ts';
import { keepsToTheContractOfSynthesisers, voiceOf } from './synthesiser-contract.ts';

const hello = { speech: readSsml('hello').speech, voice: voiceOf('woman') };
const wav = wavOf(sine(440, 1_000));

describe('synthesisers', () => {
  let server: Server;
  let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;
  const ordinary: typeof answer = (_request, _body, response) => {
    response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav);
  };
  before(async () => {
    answer = ordinary;
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => answer(request, body, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const http = (options: Partial<HttpVoiceOptions> = {}) =>
    new HttpVoice({
      clock: systemClock,
      name: 'studio',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/speak`,
      voices: ['*'],
      languages: [],
      timeoutMs: 5_000,
      parallel: 2,
      ...options,
    });

  keepsToTheContractOfSynthesisers('espeak-ng', () => new Espeak({ clock: systemClock, parallel: 2 }));
  keepsToTheContractOfSynthesisers('a server', () => http());

  describe('espeak-ng', () => {
    const espeak = (options = {}) => new Espeak({ clock: systemClock, parallel: 1, ...options });

    it('has no voice for some languages', async () => {
      const filipino = voiceOf('Google.fil-PH-Standard-A');
      assert.equal(espeak().speaks(filipino), false);
      assert.deepEqual(await espeak().speak({ ...hello, voice: filipino }), fail('no-voice'));
    });

    it('is missed, not waited for, where it is not installed or fails', async () => {
      assert.deepEqual(await espeak({ command: '/nowhere/espeak-ng' }).speak(hello), fail('unavailable'));
      assert.deepEqual(await espeak({ command: 'false' }).speak(hello), fail('unavailable'));
    });

    it('is ended when it hangs, and when it does not end', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'espeak-'));
      const program = (script: string): string => {
        const file = join(folder, 'program');
        writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
        return file;
      };
      const clock = new FakeClock();
      const hanging = espeak({ clock, command: program('exec sleep 600') }).speak(hello);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(20_000);
      assert.deepEqual(await hanging, fail('timeout'));
      assert.deepEqual(
        await espeak({ command: program('exec cat /dev/zero') }).speak(hello),
        fail('too-large'),
      );
      rmSync(folder, { recursive: true });
    });

    it('takes its time for breaks', async () => {
      const bytes = async (ssml: string): Promise<number> => {
        const spoken = await espeak().speak({ ...hello, speech: readSsml(ssml).speech });
        assert.ok(spoken.ok);
        return spoken.value.bytes.length;
      };
      const longer = (await bytes('one <break time="2s"/> two')) - (await bytes('one two'));
      assert.ok(longer > 1.8 * 44_100 && longer < 2.4 * 44_100, String(longer));
    });
  });

  describe('a server', () => {
    it('is asked with everything that it may need', async () => {
      let asked: { readonly headers: IncomingMessage['headers']; readonly body: unknown } | undefined;
      answer = (request, body, response) => {
        asked = { headers: request.headers, body: JSON.parse(body) };
        ordinary(request, body, response);
      };
      const speech = readSsml('Hi <emphasis level="strong">you</emphasis>').speech;
      await http({ authorization: 'Bearer 123' }).speak({ speech, voice: voiceOf('Polly.Hans') });
      assert.equal(asked?.headers.authorization, 'Bearer 123');
      assert.deepEqual(asked.body, {
        text: 'Hi you',
        ssml:
          '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="de-DE">' +
          'Hi <emphasis level="strong">you</emphasis></speak>',
        voice: 'Polly.Hans',
        language: 'de-DE',
        gender: 'male',
      });
    });

    it('speaks the voices and languages that it was given', () => {
      const some = http({ voices: ['Polly.*', 'alice'], languages: ['en', 'de-AT'] });
      assert.equal(some.speaks(voiceOf('Polly.Amy')), true);
      assert.equal(some.speaks(voiceOf('alice', 'en-AU')), true);
      assert.equal(some.speaks(voiceOf('man', 'en-AU')), false);
      assert.equal(some.speaks(voiceOf('alice', 'de-DE')), false);
      assert.equal(some.speaks(voiceOf('alice', 'de-AT')), true);
    });

    it('that answers badly is none', async () => {
      answer = (_request, _body, response) => response.writeHead(500).end('oh');
      assert.deepEqual(await http().speak(hello), fail('unavailable'));
      answer = (_request, _body, response) => response.writeHead(302, { location: '/else' }).end();
      assert.deepEqual(await http().speak(hello), fail('unavailable'));
      answer = (_request, _body, response) => response.destroy();
      assert.deepEqual(await http().speak(hello), fail('unavailable'));
      assert.deepEqual(await http({ url: 'http://127.0.0.1:1/' }).speak(hello), fail('unavailable'));
    });

    it('that does not answer, or does not end, is given up', async () => {
      const clock = new FakeClock();
      const reached = new Promise<void>((resolve) => {
        answer = (_request, _body, response) => {
          response.writeHead(200, { 'content-type': 'audio/wav' }).write(wav);
          resolve();
        };
      });
      const outcome = http({ clock }).speak(hello);
      await reached;
      clock.advance(5_000);
      assert.deepEqual(await outcome, fail('timeout'));
    });

    it('that answers too much is cut off', async () => {
      answer = (_request, _body, response) => {
        response.writeHead(200, { 'content-type': 'audio/wav' });
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(1_000_000)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      };
      assert.deepEqual(await http().speak(hello), fail('too-large'));
    });
  });
});
