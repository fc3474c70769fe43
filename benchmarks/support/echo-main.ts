/**
 * Where the sound of callers and called phones goes. At one port every packet is counted and sent back, so that callers
 * speak as much as they hear; at the other it is only counted, for two that send back what they hear would never end.
 */
import { createSocket, type Socket } from 'node:dgram';
import { serve } from './forked.ts';

export interface EchoPorts {
  readonly echo: number;
  readonly silent: number;
}

const bufferBytes = 4 * 2 ** 20;
let packets = 0;

async function open(hear: (socket: Socket, packet: Buffer, port: number) => void): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: bufferBytes, sendBufferSize: bufferBytes });
  socket.on('message', (packet, { port }) => {
    packets++;
    hear(socket, packet, port);
  });
  // A port that is closed already refuses what is still on its way.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

const echo = await open((socket, packet, port) => socket.send(packet, port, '127.0.0.1'));
const silent = await open(() => undefined);

serve((ask: 'ports' | 'packets') =>
  ask === 'packets' ? packets : { echo: echo.address().port, silent: silent.address().port },
);
