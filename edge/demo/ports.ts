import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** The listeners of the demo's edge, on 127.0.0.1. */
export interface DemoPorts {
  readonly http: number;
  readonly proxy: number;
  readonly smpp: number;
  readonly metrics: number;
  readonly console: number;
  /** UDP and TCP. */
  readonly sip: number;
}

export const standardPorts: DemoPorts = {
  http: 8080,
  proxy: 8443,
  smpp: 2775,
  metrics: 9464,
  console: 9443,
  sip: 5060,
};
/** Leaves every port to the system. */
export const anyPorts: DemoPorts = { http: 0, proxy: 0, smpp: 0, metrics: 0, console: 0, sip: 0 };

/** Ports that are free now: those wanted where they are, else others, which `replaced` is told. */
export async function choosePorts(
  wanted: DemoPorts,
  replaced: (name: keyof DemoPorts, wantedPort: number, port: number) => void,
): Promise<DemoPorts> {
  const chosen = { ...wanted };
  const taken: number[] = [];
  for (const name of ['http', 'proxy', 'smpp', 'metrics', 'console', 'sip'] as const) {
    const port = await freePort(wanted[name], taken);
    taken.push(port);
    chosen[name] = port;
    if (wanted[name] !== 0 && port !== wanted[name]) replaced(name, wanted[name], port);
  }
  return chosen;
}

async function freePort(wanted: number, taken: readonly number[]): Promise<number> {
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (port === undefined) throw new Error('no port of 127.0.0.1 is free');
  return taken.includes(port) || !(await isFreeForUdp(port)) ? freePort(0, taken) : port;
}

/** The port if it can be listened on, for 0 one that the system chose; undefined if not. */
const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });

const isFreeForUdp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
