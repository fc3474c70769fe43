import type { types } from 'mediasoup';
import type { LegFigures } from '../quality/figures.ts';

/** The answer to a request, as mediasoup's channel gives it: a flatbuffer, and how to find its body. */
interface Response {
  body(into: Body): Body | null;
}
interface Body {
  bb: Bytes | null;
  bb_pos: number;
}
/** What of flatbuffers' ByteBuffer is needed. */
interface Bytes {
  __offset(table: number, field: number): number;
  __vector(at: number): number;
  __vector_len(at: number): number;
  readFloat64(at: number): number;
}

/** mediasoup keeps these to itself; its version is pinned, and our own worker is built from the same. */
interface Internals {
  readonly channel: {
    request(method: number, bodyType: undefined, body: undefined, handler: string): Promise<Response>;
  };
}

/** TRANSPORT_GET_STATS of mediasoup's request.fbs. */
const getStats = 20;
/** `StreamMeter::FiguresField`: a field that our worker adds to the answer, which `getStats()` leaves out. */
const figuresField = 14;
const figuresCount = 17;

/**
 * Asks the worker what a transport's peer and we have sent and what came of it. To be called before the transport is
 * closed; the answer comes all the same when it is closed meanwhile. Undefined where the worker is gone.
 */
export async function transportFigures(transport: types.PlainTransport): Promise<LegFigures | undefined> {
  try {
    const { channel } = transport as unknown as Internals;
    return readFigures(await channel.request(getStats, undefined, undefined, transport.id));
  } catch {
    return undefined;
  }
}

/** `StreamMeter::Figures()`, in its order; undefined from a worker that does not count. */
export function readFigures(response: Response): LegFigures | undefined {
  const body = response.body({ bb: null, bb_pos: 0 });
  const bytes = body?.bb;
  if (body === null || bytes === null || bytes === undefined) return undefined;
  const offset = bytes.__offset(body.bb_pos, figuresField);
  if (offset === 0 || bytes.__vector_len(body.bb_pos + offset) !== figuresCount) return undefined;
  const first = bytes.__vector(body.bb_pos + offset);
  const at = (index: number): number => bytes.readFloat64(first + 8 * index);
  return {
    received: {
      packets: at(0),
      bytes: at(1),
      lost: at(2),
      gaps: at(3),
      longestGap: at(4),
      late: at(5),
      jitterMs: at(6),
      jitterMaxMs: at(7),
    },
    sent: { packets: at(8), bytes: at(9) },
    reported: at(10) === 0 ? null : { lost: at(11), jitterMs: at(12), jitterMaxMs: at(13) },
    roundTrip: at(14) === 0 ? null : { meanMs: at(15), maxMs: at(16) },
  };
}
