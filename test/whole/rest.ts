import { basic, type Credentials } from './edge-process.ts';

/** What these tests read of a message resource. */
export interface MessageJson {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly status: string;
  readonly direction: string;
  readonly error_code: number | null;
}

interface MessagePage {
  readonly messages: readonly MessageJson[];
  readonly next_page_uri: string | null;
}

/** An account's messages by REST, with nothing but fetch. */
export class Rest {
  private readonly origin: string;
  private readonly own: string;
  private readonly headers: Record<string, string>;

  constructor(api: string, account: Credentials) {
    this.origin = api;
    this.own = `/2010-04-01/Accounts/${account.sid}/Messages`;
    this.headers = { authorization: basic(account) };
  }

  /** Resolves with the message once it is acknowledged; rejects on any other answer, or none. */
  async create(form: Record<string, string>): Promise<MessageJson> {
    const body = new URLSearchParams(form);
    const reply = await fetch(`${this.origin}${this.own}.json`, {
      method: 'POST',
      headers: this.headers,
      body,
    });
    const text = await reply.text();
    if (reply.status !== 201) throw new Error(`${reply.status} ${text}`);
    return JSON.parse(text) as MessageJson;
  }

  async fetch(sid: string): Promise<MessageJson> {
    return (await this.get(`${this.own}/${sid}.json`)) as MessageJson;
  }

  /** Every message, newest first. */
  async list(): Promise<readonly MessageJson[]> {
    const all: MessageJson[] = [];
    let next: string | null = `${this.own}.json?PageSize=1000`;
    while (next !== null) {
      const page = (await this.get(next)) as MessagePage;
      all.push(...page.messages);
      next = page.next_page_uri;
    }
    return all;
  }

  private async get(path: string): Promise<unknown> {
    const reply = await fetch(`${this.origin}${path}`, { headers: this.headers });
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${reply.status} ${text}`);
    return JSON.parse(text);
  }
}
