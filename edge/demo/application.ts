import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../control/base/clock.ts';
import { isSigned } from './signature.ts';
import { messageTwiml } from './twiml.ts';
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
  /** A status callback. */
  | { readonly type: 'told'; readonly atMs: number; readonly messageSid: string; readonly status: string }
  /** A request whose signature is wrong; it was refused. */
  | { readonly type: 'forged'; readonly atMs: number; readonly path: string };

export interface Application {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

const bodyBytesMax = 65_536;
const requestMs = 10_000;

/** The weather application, as a tenant of the edge would write it: `/sms` answers texts, `/status` hears what became of messages. */
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
    if (path !== '/sms' && path !== '/status') {
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
    const messageSid = form.get('MessageSid') ?? '';
    if (path === '/status') {
      report({ type: 'told', atMs, messageSid, status: form.get('MessageStatus') ?? '' });
      end(response, 204);
      return;
    }
    const body = form.get('Body') ?? '';
    const answer = answerTo(body, dayOf(atMs));
    const twiml = messageTwiml(answer);
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(twiml);
    report({ type: 'asked', atMs, messageSid, body, answer, twiml });
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
