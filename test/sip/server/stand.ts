import { systemRandom } from '../../../control/base/random.ts';
import { DrachtioServer } from '../../../edge/sip/drachtio/drachtio.ts';
import type { DrachtioOptions } from '../../../edge/sip/drachtio/drachtio.ts';
import { ControlClient } from '../../peers/control-client.ts';
import { SipPeer } from '../../peers/sip-peer.ts';
import { FakeClock } from '../../support/fake-clock.ts';

export const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** A server on free ports of 127.0.0.1, with a clock that a test moves; real sockets on all sides. */
export interface Stand {
  readonly clock: FakeClock;
  readonly server: DrachtioServer;
  readonly sipPort: number;
  readonly controlPort: number;
  app(...verbs: readonly string[]): Promise<ControlClient>;
  peer(): Promise<SipPeer>;
  /** Moves time on, letting sockets do their part between steps. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function stand(options: Partial<DrachtioOptions> = {}): Promise<Stand> {
  const clock = new FakeClock();
  const server = new DrachtioServer(
    {
      listen: [
        { transport: 'udp', host: '127.0.0.1', port: 0 },
        { transport: 'tcp', host: '127.0.0.1', port: 0 },
      ],
      control: { host: '127.0.0.1', port: 0, secret: 'cymru' },
      ...options,
    },
    { clock, random: systemRandom },
  );
  const controlPort = await server.start();
  const sipPort = server.listening.find(({ transport }) => transport === 'udp')?.port ?? 0;
  const open: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  return {
    clock,
    server,
    sipPort,
    controlPort,
    app: async (...verbs) => keep(await ControlClient.ready(controlPort, 'cymru', ...verbs)),
    peer: async () => keep(await SipPeer.open(sipPort)),
    pass: (ms) => clock.advanceAsync(ms, 250),
    async close() {
      for (const one of open) one.close();
      await server.close();
    },
  };
}
