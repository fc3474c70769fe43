/** The part of npm `smpp` that tests use as the other side and as an oracle. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  namespace smpp {
    class PDU {
      constructor(command: string | Buffer, options?: Record<string, unknown>);
      readonly command: string;
      command_status: number;
      sequence_number: number;
      response(options?: Record<string, unknown>): PDU;
      toBuffer(): Buffer;
      [field: string]: unknown;
    }
    class Session extends EventEmitter {
      readonly socket: Socket;
      send(pdu: PDU, callback?: (response: PDU) => void): boolean;
      close(callback?: () => void): void;
      destroy(callback?: () => void): void;
      bind_transceiver(options: Record<string, unknown>, callback?: (response: PDU) => void): boolean;
      bind_transmitter(options: Record<string, unknown>, callback?: (response: PDU) => void): boolean;
      bind_receiver(options: Record<string, unknown>, callback?: (response: PDU) => void): boolean;
      unbind(callback?: (response: PDU) => void): boolean;
    }
    interface Server extends NetServer {
      readonly sessions: Session[];
    }
    function createServer(options: Record<string, unknown>, listener: (session: Session) => void): Server;
    function connect(options: Record<string, unknown>, listener?: () => void): Session;
  }
  export default smpp;
}
