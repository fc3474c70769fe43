import { after } from 'node:test';
import type { Pair, PairFiles } from '../../control/certificates/pair.ts';
import type { HealthReport } from '../../control/health/health.ts';
import { openConsole } from '../../edge/console/console.ts';
import { RecentFigures } from '../../edge/console/figures.ts';
import type { WireReader } from '../../edge/console/deps.ts';
import { fail } from '../../control/base/result.ts';
import { RequestLog } from '../../edge/console/request-log.ts';
import { Logins } from '../../edge/console/logins.ts';
import type { EdgeState } from '../../edge/console/state.ts';
import { createLog } from '../../control/log/pino.ts';
import type { Edge } from '../api/edge.ts';
import { keep } from '../support/evidence.ts';

/** A browser's worth of state: whatever cookies it was given. */
export class Visitor {
  readonly origin: string;
  cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  /** One request, not following redirects; a form makes it a POST from a page of the console. */
  async ask(
    path: string,
    form?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
    const response = await fetch(this.origin + path, {
      redirect: 'manual',
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(form === undefined ? {} : { 'sec-fetch-site': 'same-origin' }),
        ...headers,
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';', 1)[0] ?? '';
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  login(user: string, password: string, next = '') {
    return this.ask('/login', { user, password, next });
  }
}

export const operatorPassword = 'correct horse battery';

const quiet: EdgeState = {
  links: [
    {
      carrier: 'alpha',
      state: 'bound',
      sessions: 1,
      sessionsBound: 1,
      windowUsed: 3,
      windowSize: 50,
      throttles: 0,
    },
  ],
  trunks: [{ carrier: 'alpha', state: 'up', calls: 2, registration: null }],
  queues: [{ class: 'local', segments: 12, oldestSeconds: 4, lateSeconds: 0 }],
  calls: 2,
  predecessor: { pid: 4711, calls: 1, forSeconds: 90, leftSeconds: 510 },
  webhooks: { active: 1, waiting: 0 },
  storeBytes: 5_242_880,
};

export type TestConsole = Awaited<ReturnType<typeof openTestConsole>>;

/** The console of a test edge, with an operator `anna`. Closed after the tests. */
export async function openTestConsole(edge: Edge, tls: PairFiles | null = null) {
  const { api, clock, operators, sessions, authenticator } = edge;
  const figures = new RecentFigures(clock);
  const requests = new RequestLog({ clock });
  const logged: string[] = [];
  const log = createLog('trace', {
    write(line: string): void {
      keep('console', line);
      logged.push(line);
    },
  });
  const state = {
    health: { ok: true, checks: [] } as HealthReport,
    now: quiet,
    wire: (() => Promise.resolve(fail('nothing has been captured yet'))) as WireReader,
  };
  const logins = new Logins({ operators, sessions, authenticator, clock });
  const listener = await openConsole(
    { listen: { host: '127.0.0.1', port: 0 }, tls },
    {
      api,
      health: () => state.health,
      state: () => state.now,
      figures,
      requests,
      wire: (subject, sid) => state.wire(subject, sid),
    },
    { logins, clock, log },
  );
  await operators.add('anna', operatorPassword);
  after(() => listener.close());
  const origin = `${tls === null ? 'http' : 'https'}://127.0.0.1:${listener.address.port}`;
  return {
    origin,
    clock,
    figures,
    requests,
    logged,
    state,
    renew: (pair: Pair) => listener.renew(pair),
    visitor: () => new Visitor(origin),
    async visitorAs(user: string, password: string): Promise<Visitor> {
      const visitor = new Visitor(origin);
      const { status } = await visitor.login(user, password);
      if (status !== 303) throw new Error(`the login was answered ${status}`);
      return visitor;
    },
  };
}
