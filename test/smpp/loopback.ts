import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import smpp from 'smpp';
import { SmppLink } from '../../edge/smpp/link.ts';
import type { LinkState, SubmitOutcome } from '../../edge/smpp/link.ts';
import type { SmppLinkConfig } from '../../edge/smpp/link-config.ts';
import type { Surroundings } from '../../edge/smpp/link-session.ts';
import type { DeliverSm, SubmitSm } from '../../edge/smpp/message.ts';
import { SmppServer } from '../../edge/smpp/server.ts';
import type { ServerSurroundings } from '../../edge/smpp/server.ts';
import type { SmppServerConfig, SmppServerHandlers } from '../../edge/smpp/server-config.ts';
import type { ServerSession } from '../../edge/smpp/server-session.ts';

export type NpmSession = InstanceType<typeof smpp.Session>;
export type NpmPdu = InstanceType<typeof smpp.PDU>;

/** A value that a test waits for. */
export function signal<T = void>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (give = resolve));
  return { promise, give };
}

/** npm smpp as the message centre: binds are accepted; `onPdu` sees everything else. */
export async function npmServer(
  onPdu: (pdu: NpmPdu, session: NpmSession) => void,
  options: Record<string, unknown> = {},
  bindStatus: () => number = () => 0,
) {
  const binds: string[] = [];
  const sessions: NpmSession[] = [];
  const server = smpp.createServer(options, (session) => {
    sessions.push(session);
    session.on('error', () => undefined);
    session.on('pdu', (pdu: NpmPdu) => {
      if (pdu.command.startsWith('bind_') && !pdu.command.endsWith('_resp')) {
        binds.push(pdu.command);
        session.send(pdu.response({ command_status: bindStatus() }));
      } else if (pdu.command === 'unbind' || pdu.command === 'enquire_link') {
        session.send(pdu.response());
      } else {
        onPdu(pdu, session);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    for (const session of sessions) session.socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, binds, sessions, stop };
}

/** A link with its events written down. */
export function link(change: Partial<SmppLinkConfig> & { port: number }, around: Partial<Surroundings> = {}) {
  const states: LinkState[] = [];
  const delivered: DeliverSm[] = [];
  const events = { capacity: 0, answer: 0 };
  const made = new SmppLink(
    {
      name: 'alpha',
      host: '127.0.0.1',
      tls: false,
      systemId: 'user',
      password: 'secret',
      systemType: '',
      bind: 'transceiver',
      window: 10,
      sessions: 1,
      throughput: 0,
      reconnectMinMs: 10,
      reconnectMaxMs: 20,
      ...change,
    },
    {
      deliver(sm, reply) {
        delivered.push(sm);
        reply(events.answer);
      },
      capacity() {
        events.capacity++;
      },
      stateChanged: (state) => void states.push(state),
    },
    around,
  );
  const submit = (sm: SubmitSm): Promise<SubmitOutcome> => new Promise((resolve) => made.submit(sm, resolve));
  return { link: made, states, delivered, events, submit };
}

/** Our server, taking every bind unless told otherwise. */
export async function server(
  handlers: Partial<SmppServerHandlers<string>> = {},
  change: Partial<SmppServerConfig> = {},
  around: Partial<ServerSurroundings> = {},
) {
  const bound: ServerSession<string>[] = [];
  const ended: string[] = [];
  const made = new SmppServer<string>(
    {
      name: 'tenants',
      host: '127.0.0.1',
      port: 0,
      systemId: 'strowger',
      window: 5,
      inboundWindow: 50,
      failureDelayMs: 0,
      ...change,
    },
    {
      authenticate: (bind) => Promise.resolve({ ok: true, peer: `peer of ${bind.systemId}` }),
      bound: (session) => void bound.push(session),
      unbound: (_session, reason) => void ended.push(reason.kind),
      submit: (_session, _sm, reply) => reply(0, 'id'),
      ...handlers,
    },
    around,
  );
  await made.listen();
  return { server: made, port: made.port, bound, ended };
}

/** npm smpp as an ESME. */
export async function npmClient(port: number, options: Record<string, unknown> = {}) {
  const session = smpp.connect({ host: '127.0.0.1', port, ...options });
  session.on('error', () => undefined);
  const seen: NpmPdu[] = [];
  session.on('pdu', (pdu: NpmPdu) => {
    seen.push(pdu);
    if (pdu.command === 'unbind') session.send(pdu.response());
  });
  await once(session, options['tls'] === true ? 'secureConnect' : 'connect');
  const ask = (command: string, fields: Record<string, unknown> = {}): Promise<NpmPdu> =>
    new Promise((resolve) => session.send(new smpp.PDU(command, fields), resolve));
  return { session, ask, seen };
}
