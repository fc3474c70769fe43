import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../config/address.ts';
import { healthText, type Health } from '../health/health.ts';
import { bind, type Bind } from '../base/bind.ts';
import type { Metrics } from './metrics.ts';

/** A listener for operators: GET /metrics for Prometheus, GET /healthz for people and load balancers. */
export interface MetricsListener {
  /** Where it is bound; the port is the real one where 0 was asked for. */
  readonly address: Address;
  close(): Promise<void>;
}

/** Binds the listener. Rejects with the system's error where the address cannot be bound. */
export async function listenForOperators(
  address: Address,
  metrics: Metrics,
  health: Health,
  listen: Bind = bind,
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    answer(request, response, metrics, health).catch(() => response.destroy());
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 64;
  await listen(server, address);
  const at = server.address() as AddressInfo;
  return {
    address: { host: at.address, port: at.port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Metrics,
  health: Health,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== '/metrics' && path !== '/healthz') {
    send(response, 404, 'text/plain; charset=utf-8', 'try /metrics or /healthz\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    send(response, 405, 'text/plain; charset=utf-8', 'only GET\n');
  } else if (path === '/metrics') {
    const { contentType, text } = await metrics.scrape();
    send(response, 200, contentType, text);
  } else {
    const report = health.report();
    const status = report.ok ? 200 : 503;
    if ((request.headers.accept ?? '').includes('application/json')) {
      send(response, status, 'application/json', `${JSON.stringify(report)}\n`);
    } else {
      send(response, status, 'text/plain; charset=utf-8', healthText(report));
    }
  }
}

function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) });
  // Node itself leaves the body out of the answer to HEAD.
  response.end(text);
}
