/**
 * The embedded SIP server with the least application there is: it answers every INVITE with one SDP, and takes the BYE.
 */
import { getHeapStatistics } from 'node:v8';
import Srf from 'drachtio-srf';
import { startEmbeddedSip } from '../../edge/sip/server.ts';
import type { SrfClient } from '../../edge/voice/srf/client.ts';
import { serve } from './forked.ts';

/** What it can be asked, and what it says. */
export type BareQuestion = 'port' | 'state';
export interface BareState {
  /** Calls answered so far. */
  readonly answered: number;
  /** Heaps in use, in octets: the application's thread, and the server's. */
  readonly appHeap: number;
  readonly serverHeap: number;
  readonly dialogs: number;
  readonly transactions: number;
}

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 15000 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

const server = await startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }] });
const srf = new Srf() as unknown as SrfClient;
let answered = 0;
srf.invite((req, res) => {
  srf.createUAS(req, res, { localSdp: sdp }, (error, dialog) => {
    if (error !== null || dialog === undefined) return;
    answered++;
    dialog.on('destroy', () => undefined);
  });
});
await new Promise<void>((resolve, reject) => {
  srf.on('connect', (error) => {
    if (error instanceof Error) reject(error);
    else resolve();
  });
  srf.connect(server.control);
});

async function state(): Promise<BareState> {
  const { heapUsed, dialogs, transactions } = await server.stats();
  const appHeap = getHeapStatistics().used_heap_size;
  return { answered, appHeap, serverHeap: heapUsed, dialogs, transactions };
}

serve(
  (ask: BareQuestion) => (ask === 'port' ? server.listening[0]?.port : state()),
  async () => {
    srf.disconnect();
    await server.close();
  },
);
