import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';

/** A request as an application saw it. */
export interface Asked {
  readonly method: string;
  /** Below the script's own path, with its query. */
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly signed: boolean;
}

/** A document, bytes of a type, a status, or whatever is done to the response by hand. */
export type Reply =
  | { toString(): string }
  | { readonly type: string; readonly bytes: Uint8Array; readonly status?: number }
  | ((response: ServerResponse) => void);

export type Answer = Reply | ((asked: Asked) => Reply);

/** One test's part of the application: paths of its own, and what was asked at them. */
export class Script {
  readonly asked: Asked[] = [];
  private readonly origin: string;
  private readonly answers = new Map<string, (asked: Asked) => Reply>();
  private readonly waiting = new Set<() => void>();

  constructor(origin: string) {
    this.origin = origin;
  }

  url(path: string): string {
    return `${this.origin}/${path}`;
  }

  /** What is answered there, from now on; an empty document where nothing was said. Gives the URL. */
  on(path: string, reply: Reply): string {
    this.answers.set(path, () => reply);
    return this.url(path);
  }

  /** The same, by what is asked. */
  when(path: string, answer: (asked: Asked) => Reply): string {
    this.answers.set(path, answer);
    return this.url(path);
  }

  /** What was asked there so far. */
  at(path: string): Asked[] {
    return this.asked.filter((asked) => pathOf(asked.path) === path);
  }

  /** The request there with this index, once it has come. */
  async next(path: string, index = 0): Promise<Asked> {
    await this.until(() => this.at(path).length > index);
    return this.at(path)[index]!;
  }

  /** Resolves when something holds, looked at with every request that comes. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  take(asked: Asked): Reply {
    this.asked.push(asked);
    for (const look of [...this.waiting]) look();
    return this.answers.get(pathOf(asked.path))?.(asked) ?? new twilio.twiml.VoiceResponse();
  }
}

const pathOf = (path: string): string => path.split('?', 1)[0] ?? '';

/** An application on Twilio's own library: it answers TwiML and checks who asks. */
export class Application {
  /** Of the account whose calls it leads. */
  token = '';
  private readonly server: Server;
  private readonly scripts = new Map<string, Script>();

  private constructor() {
    this.server = createServer((request, response) => {
      void bodyOf(request).then((body) => this.answer(request, body, response));
    });
  }

  static async open(): Promise<Application> {
    const application = new Application();
    await new Promise<void>((resolve) => application.server.listen(0, '127.0.0.1', resolve));
    return application;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  script(): Script {
    const name = `s${this.scripts.size + 1}`;
    const script = new Script(`http://127.0.0.1:${this.port}/${name}`);
    this.scripts.set(name, script);
    return script;
  }

  /** What nobody signed, or not rightly; sound is fetched unsigned. */
  get unsigned(): readonly Asked[] {
    return [...this.scripts.values()].flatMap(({ asked }) => asked).filter(({ signed }) => !signed);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const [, name = '', path = ''] = /^\/([^/]*)\/(.*)$/.exec(request.url ?? '') ?? [];
    const script = this.scripts.get(name);
    if (script === undefined) {
      response.writeHead(404).end();
      return;
    }
    const url = `http://127.0.0.1:${this.port}${request.url ?? ''}`;
    const posted = Object.fromEntries(new URLSearchParams(body));
    const signature = request.headers['x-twilio-signature'];
    const signed =
      typeof signature === 'string' && twilio.validateRequest(this.token, signature, url, posted);
    const form = { ...Object.fromEntries(new URL(url).searchParams), ...posted };
    const reply = script.take({ method: request.method ?? '', path, form, signed });
    if (typeof reply === 'function') reply(response);
    else if (typeof reply === 'object' && 'bytes' in reply)
      response.writeHead(reply.status ?? 200, { 'content-type': reply.type }).end(reply.bytes);
    else response.writeHead(200, { 'content-type': 'text/xml' }).end(reply.toString());
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
