import twilio from 'twilio';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Application, type Script } from '../peers/application.ts';
import type { CallTo, PhoneCall } from '../peers/phone-call.ts';
import { freePorts } from '../peers/ports.ts';
import { SipTrunk, type CalledPhone, type PhoneManners } from '../peers/sip-trunk.ts';
import { csvOf, EdgeProcess, type Credentials, type Ready } from './edge-process.ts';

export const { VoiceResponse } = twilio.twiml;
export type VoiceResponse = InstanceType<typeof VoiceResponse>;

/** Numbers that tests may buy, one after another. */
const numbersForSale = Array.from({ length: 100 }, (_, n) => `+1415555${2000 + n}`);

/** Phones of the carrier's, which nobody else calls. */
let lastPhone = 1000;

export interface CallStageOptions {
  /** More lines of the configuration. */
  readonly lines?: readonly string[];
  /** More lines of the carrier's `sip` part. */
  readonly trunk?: readonly string[];
  /** More parts of the carrier. */
  readonly carrier?: readonly string[];
  /** More entries of `sip`. */
  readonly sip?: readonly string[];
  /** More listeners of `sip`, such as `tls:127.0.0.1:5061`. */
  readonly listen?: readonly string[];
  /** Ports of RTP; default `mediaPorts()`. */
  readonly ports?: string;
  /** More entries of `media`. */
  readonly media?: readonly string[];
  /** Media workers; default one. */
  readonly workers?: number;
}

/** A whole edge, an application, and a carrier with phones; for the tests of one file, which closes it. */
export class CallStage {
  readonly edge: EdgeProcess;
  readonly application: Application;
  readonly trunk: SipTrunk;
  readonly account: Credentials;
  readonly sipPort: number;
  ready: Ready;
  private readonly forSale = [...numbersForSale];

  private constructor(
    parts: Pick<CallStage, 'edge' | 'application' | 'trunk' | 'account' | 'sipPort' | 'ready'>,
  ) {
    this.edge = parts.edge;
    this.application = parts.application;
    this.trunk = parts.trunk;
    this.account = parts.account;
    this.sipPort = parts.sipPort;
    this.ready = parts.ready;
  }

  static async open({
    lines = [],
    trunk: more = [],
    carrier = [],
    sip = [],
    listen = [],
    ports = mediaPorts(),
    media = [],
    workers = 1,
  }: CallStageOptions = {}): Promise<CallStage> {
    const application = await Application.open();
    const trunk = await SipTrunk.open();
    const [sipPort = 0] = await freePorts(1);
    const edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'webhooks: { allowPrivate: true }',
      'sip:',
      `  listen: ${JSON.stringify([`udp:127.0.0.1:${sipPort}`, `tcp:127.0.0.1:${sipPort}`, ...listen])}`,
      ...sip.map((line) => `  ${line}`),
      'media:',
      '  address: 127.0.0.1',
      `  ports: ${ports}`,
      `  workers: ${workers}`,
      ...media.map((line) => `  ${line}`),
      'calls: { cps: 1000 }',
      'carriers:',
      '  - name: alpha',
      '    routes: [ { prefix: "+", cost: 1 } ]',
      '    sip:',
      `      proxy: "sip:127.0.0.1:${trunk.port};transport=udp"`,
      '      accept: [ "127.0.0.1" ]',
      '      cps: 1000',
      ...more.map((line) => `      ${line}`),
      ...carrier.map((line) => `    ${line}`),
      ...lines,
    ]);
    const account = await edge.account([]);
    const csv = join(edge.folder, 'for-sale.csv');
    await writeFile(csv, csvOf(numbersForSale));
    await edge.done('number', 'import', csv, '--json');
    application.token = account.token;
    const ready = await edge.start();
    trunk.edgePort = sipPort;
    return new CallStage({ edge, application, trunk, account, sipPort, ready });
  }

  /** Twilio's own client, led here. */
  get client(): twilio.Twilio {
    return clientAt(this.ready.api, this.account);
  }

  /** A part of the application of one test's own. */
  script(): Script {
    return this.application.script();
  }

  /** A number of the account's, whose calls are answered by this URL. */
  async number(voiceUrl: string, more: Record<string, string> = {}): Promise<string> {
    const phoneNumber = this.forSale.shift();
    if (phoneNumber === undefined) throw new Error('all numbers are sold');
    await this.client.incomingPhoneNumbers.create({ phoneNumber, voiceUrl, ...more });
    return phoneNumber;
  }

  /** A phone that the edge can call, and its number. */
  phone(manners: PhoneManners = {}): CalledPhone & { readonly number: string } {
    const number = `+1312555${++lastPhone}`;
    return Object.assign(this.trunk.phone(number, manners), { number });
  }

  /** A phone calls a number of the edge; resolves when the call stands. */
  async call(to: string, options: CallTo = {}): Promise<PhoneCall> {
    const call = await this.dial(to, options);
    await soon(`the call to ${to} stands`, Promise.race([call.established, call.over.then(refused)]));
    return call;
  }

  /** The same, without waiting for anything. */
  dial(to: string, options: CallTo = {}): Promise<PhoneCall> {
    return this.trunk.call(`+1312555${++lastPhone}`, to, options);
  }

  /** A phone calls a number that is led by one document. */
  async callTo(
    document: { toString(): string },
    options: CallTo = {},
  ): Promise<PhoneCall & { readonly script: Script }> {
    const script = this.script();
    const call = await this.call(await this.number(script.on('voice', document)), options);
    return Object.assign(call, { script });
  }

  async close(): Promise<void> {
    this.trunk.close();
    await this.edge.remove();
    await this.application.close();
  }
}

function refused(by: string): never {
  throw new Error(`the call was ${by}`);
}

/** Twilio's client with its hosts led to an edge. */
export function clientAt(api: string, { sid, token }: Credentials): twilio.Twilio {
  const ordinary = new twilio.RequestClient();
  const here = {
    request: (options: Parameters<typeof ordinary.request>[0]) => {
      const headers = { ...options.headers, Host: new URL(options.uri).host };
      return ordinary.request({ ...options, uri: options.uri.replace(/^https:\/\/[^/]+/, api), headers });
    },
  };
  return twilio(sid, token, { httpClient: here as unknown as twilio.RequestClient });
}

/** Ports of RTP that other test files, which run at the same time, do not use. */
export function mediaPorts(): string {
  const first = 12_000 + (process.pid % 40) * 400;
  return `${first}-${first + 399}`;
}

/** Gives what a promise does, or says what did not come in time. */
export async function soon<T>(what: string, promise: Promise<T>, timeoutMs = 15_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not in time: ${what}`)), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
