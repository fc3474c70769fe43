import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as an application received it. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A tenant's application: a real HTTP server on the loopback address, with what it has received so far. */
export interface Application {
  readonly origin: string;
  readonly port: number;
  readonly received: Received[];
  /** TCP connections that were opened to it. */
  readonly connections: () => number;
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Listens on a free port; `answer` is called once a request's body has come. */
export async function application(
  answer: (received: Received, ...node: Parameters<RequestListener>) => void,
  server: Server = createServer(),
): Promise<Application> {
  const received: Received[] = [];
  let connections = 0;
  server.on('connection', () => connections++);
  server.on('request', (request, response) => {
    void read(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body };
      received.push(seen);
      answer(seen, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
