import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import Srf from 'drachtio-srf';
import { startEmbeddedSip, type EmbeddedSip } from '../../sip/server.ts';
import { Talk } from './talk.ts';

/** An INVITE that waits for a phone to answer. */
export interface Invitation {
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  /** '' if the caller wants our offer (RFC 3261 §13.2.1). */
  readonly offer: string;
  /** 180. */
  ring(): void;
  /** A final status from 400. */
  refuse(status: number): void;
  /** 200; undefined where the caller gave up meanwhile. */
  answer(sdp: string): Promise<Talk | undefined>;
  onCancel(hear: () => void): void;
}

export type InviteEnd =
  | { readonly kind: 'answered'; readonly talk: Talk; readonly sdp: string }
  | { readonly kind: 'refused'; readonly status: number };

/** An INVITE of ours. */
export interface Invite {
  readonly end: Promise<InviteEnd>;
  /** Before the answer: CANCEL. An answer that crosses it still ends as `answered`. */
  cancel(): void;
}

export interface InviteRequest {
  readonly callId: string;
  readonly from: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly sdp: string;
  /** Each provisional response with its SDP or ''. */
  readonly progress: (status: number, sdp: string) => void;
}

const serviceUnavailable = 503;
const attemptsMax = 10;

/** The SIP side of the phones: a server of its own, driven over drachtio's protocol. */
export class Line {
  private readonly sip: EmbeddedSip;
  private readonly srf: Srf;

  private constructor(sip: EmbeddedSip, srf: Srf) {
    this.sip = sip;
    this.srf = srf;
  }

  /** Listens by UDP and TCP on one port. Rejects with Node's error where it cannot. */
  static async open(host: string, port: number): Promise<Line> {
    const sip = await openServer(host, port);
    const srf = new Srf();
    // A connection that is lost is made again by itself.
    srf.on('error', () => undefined);
    await srf.connect(sip.control);
    const [error] = (await once(srf, 'connect')) as [Error | null];
    if (error === null) return new Line(sip, srf);
    await sip.close();
    throw error;
  }

  get port(): number {
    return this.sip.listening[0]?.port ?? 0;
  }

  serve(take: (invitation: Invitation) => void): void {
    this.srf.invite((request, response) => take(invitationOf(this.srf, request, response)));
    // Trunks are asked whether they are well.
    this.srf.use('options', (_request, response) => response.send(200));
  }

  invite({ callId, from, uri, sdp, progress }: InviteRequest): Invite {
    let sent: Srf.SrfRequest | undefined;
    let canceled = false;
    // The server puts its own address for `localhost`.
    const identity = `<sip:${from}@localhost>`;
    const headers = { From: identity, 'P-Asserted-Identity': identity, 'Call-ID': callId };
    const end = new Promise<InviteEnd>((resolve) => {
      try {
        this.srf.createUAC(
          uri,
          { localSdp: sdp, headers },
          {
            // Called with an error first, whatever the types say.
            cbRequest: (...args: unknown[]) => {
              sent = args[1] as Srf.SrfRequest | undefined;
              if (canceled) cancel(sent);
            },
            cbProvisional: ({ status, body }) => progress(status, body),
          },
          (error: unknown, dialog) => {
            if (error === null) resolve({ kind: 'answered', talk: new Talk(dialog), sdp: dialog.remote.sdp });
            else resolve({ kind: 'refused', status: statusOf(error) });
          },
        );
      } catch {
        // The server is gone.
        resolve({ kind: 'refused', status: serviceUnavailable });
      }
    });
    return {
      end,
      cancel: () => {
        if (!canceled) cancel(sent);
        canceled = true;
      },
    };
  }

  async close(): Promise<void> {
    this.srf.disconnect();
    await this.sip.close();
  }
}

/** With port 0, one that is free for UDP; where it is taken for TCP, another is tried. */
async function openServer(host: string, wanted: number): Promise<EmbeddedSip> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort(host) : wanted;
    const at = { host, port };
    try {
      return await startEmbeddedSip({
        listen: [
          { transport: 'udp', ...at },
          { transport: 'tcp', ...at },
        ],
      });
    } catch (error) {
      if (wanted !== 0 || attempt === attemptsMax) throw error;
    }
  }
}

async function freePort(host: string): Promise<number> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4').bind(0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

function invitationOf(srf: Srf, request: Srf.SrfRequest, response: Srf.SrfResponse): Invitation {
  const { body } = request;
  return {
    callId: request.get('Call-ID'),
    from: request.callingNumber,
    to: request.calledNumber,
    offer: body,
    ring: () => response.send(180),
    refuse: (status) => response.send(status),
    answer: (sdp) =>
      new Promise((resolve) => {
        srf.createUAS(request, response, { localSdp: sdp }, (error: unknown, dialog) =>
          resolve(error === null ? new Talk(dialog) : undefined),
        );
      }),
    onCancel: (hear) => request.on('cancel', hear),
  };
}

const cancel = (request: Srf.SrfRequest | undefined): void => request?.cancel(() => undefined);

/** Of a SipError; without one the INVITE could not be sent. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : serviceUnavailable;
}
