import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../control/base/clock.ts';
import { isSigned } from './signature.ts';
import { choiceTwiml, greetingTwiml, messageTwiml } from './twiml.ts';
import { answerTo, dayOf } from './weather.ts';

/** What the application sees. Times are Unix milliseconds. */
export type ApplicationEvent =
  /** The SMS webhook, with the text and the TwiML it was answered with. */
  | {
      readonly type: 'asked';
      readonly atMs: number;
      readonly messageSid: string;
      readonly body: string;
      readonly answer: string;
      readonly twiml: string;
    }
  /** A status callback of a message. */
  | { readonly type: 'told'; readonly atMs: number; readonly messageSid: string; readonly status: string }
  /** A request for TwiML of a call: its beginning, with no digits, or what it gathered. */
  | {
      readonly type: 'called';
      readonly atMs: number;
      readonly callSid: string;
      readonly from: string;
      readonly digits: string;
      readonly twiml: string;
    }
  /** A status callback of a call. `durationS` is '' before its end. */
  | {
      readonly type: 'call-told';
      readonly atMs: number;
      readonly callSid: string;
      readonly status: string;
      readonly durationS: string;
    }
  /** A request whose signature is wrong; it was refused. */
  | { readonly type: 'forged'; readonly atMs: number; readonly path: string };

export interface Application {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/** What a signed form comes to; an event with TwiML is answered with it. */
type Page = (form: URLSearchParams, atMs: number) => ApplicationEvent;

const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
  [
    '/sms',
    (form, atMs) => {
      const body = field(form, 'Body');
      const answer = answerTo(body, dayOf(atMs));
      const messageSid = field(form, 'MessageSid');
      return { type: 'asked', atMs, messageSid, body, answer, twiml: messageTwiml(answer) };
    },
  ],
  [
    '/status',
    (form, atMs) => ({
      type: 'told',
      atMs,
      messageSid: field(form, 'MessageSid'),
      status: field(form, 'MessageStatus'),
    }),
  ],
  ['/voice', (form, atMs) => called(form, atMs, greetingTwiml(dayOf(atMs)))],
  ['/digits', (form, atMs) => called(form, atMs, choiceTwiml(field(form, 'Digits'), dayOf(atMs)))],
  [
    '/call-status',
    (form, atMs) => ({
      type: 'call-told',
      atMs,
      callSid: field(form, 'CallSid'),
      status: field(form, 'CallStatus'),
      durationS: field(form, 'CallDuration'),
    }),
  ],
]);

const field = (form: URLSearchParams, name: string): string => form.get(name) ?? '';

const called = (form: URLSearchParams, atMs: number, twiml: string): ApplicationEvent => ({
  type: 'called',
  atMs,
  callSid: field(form, 'CallSid'),
  from: field(form, 'From'),
  digits: field(form, 'Digits'),
  twiml,
});

const bodyBytesMax = 65_536;
const requestMs = 10_000;

/**
 * The weather application, as a tenant of the edge would write it: `/sms` answers texts, `/voice` and `/digits` lead
 * calls, `/status` and `/call-status` hear what became of messages and calls.
 */
export async function openApplication(
  authToken: string,
  clock: Clock,
  report: (event: ApplicationEvent) => void,
): Promise<Application> {
  let origin = '';
  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: requestMs },
    (request, response) => {
      serve(request, response).catch(() => response.destroy());
    },
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const page = pages.get(path);
    if (page === undefined) {
      end(response, 404);
      return;
    }
    if (request.method !== 'POST') {
      end(response, 405);
      return;
    }
    const form = await readForm(request);
    if (form === undefined) {
      end(response, 413);
      return;
    }
    const atMs = clock.now();
    const signature = request.headers['x-twilio-signature'];
    if (!isSigned(authToken, origin + path, form, typeof signature === 'string' ? signature : '')) {
      report({ type: 'forged', atMs, path });
      end(response, 403);
      return;
    }
    const event = page(form, atMs);
    if ('twiml' in event) response.writeHead(200, { 'Content-Type': 'text/xml' }).end(event.twiml);
    else end(response, 204);
    report(event);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const end = (response: ServerResponse, status: number): void => void response.writeHead(status).end();

/** The form of a request; undefined if it is too long. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
