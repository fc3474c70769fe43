import type { types } from 'mediasoup';
import type { Codec } from '../media.ts';
import { comfortNoisePayloadType, eventsPayloadType, payloadTypeOf } from '../rtp/session.ts';

/** The codecs that pass through a router, under the payload types that they bear inside it. */
export interface CodecChoice {
  readonly codecs: readonly Codec[];
  readonly events: boolean;
  readonly comfortNoise: boolean;
}

/** Whatever a peer sends is known to its transport by this SSRC; see sip-peers.patch. */
const receiveSsrc = 1;

const everything: CodecChoice = { codecs: ['PCMU', 'PCMA'], events: true, comfortNoise: true };

interface Named {
  readonly mimeType: string;
  readonly payloadType: number;
}

function named({ codecs, events, comfortNoise }: CodecChoice): readonly Named[] {
  const list: Named[] = codecs.map((codec) => ({
    mimeType: `audio/${codec}`,
    payloadType: payloadTypeOf[codec],
  }));
  if (events) list.push({ mimeType: 'audio/telephone-event', payloadType: eventsPayloadType });
  if (comfortNoise) list.push({ mimeType: 'audio/CN', payloadType: comfortNoisePayloadType });
  return list;
}

/** What a router carries. */
export const routerCodecs = (): types.RtpCodecCapability[] => capabilities(everything).codecs ?? [];

/** What a consumer takes of its producer; the rest stays out. */
export function capabilities(choice: CodecChoice): types.RtpCapabilities {
  return {
    codecs: named(choice).map(({ mimeType, payloadType }) => ({
      kind: 'audio',
      mimeType,
      clockRate: 8_000,
      channels: 1,
      preferredPayloadType: payloadType,
      parameters: {},
      rtcpFeedback: [],
    })),
    headerExtensions: [],
  };
}

/**
 * A producer of what a peer sends, with the codec that was agreed first, and the other one all the same: a peer that
 * changes to it is understood. Its transport sends to the peer under the same payload types, the first where there are
 * two for one codec: so `events`, as the peer calls them, stand before our own number for them.
 */
export function peerParameters(choice: {
  readonly codec: Codec;
  readonly events: number | undefined;
  readonly comfortNoise: boolean;
}): types.RtpParameters {
  const codecs: readonly Codec[] = [choice.codec, otherCodec(choice.codec)];
  const list = named({ codecs, events: false, comfortNoise: choice.comfortNoise }).map(codecParameters);
  if (choice.events !== undefined) {
    list.push(codecParameters({ mimeType: 'audio/telephone-event', payloadType: choice.events }));
    // A peer may answer with a number of its own and still be right to send what we offered (RFC 3264 section 6.1).
    if (choice.events !== eventsPayloadType)
      list.push(codecParameters({ mimeType: 'audio/telephone-event', payloadType: eventsPayloadType }));
  }
  return { codecs: list, encodings: [{ ssrc: receiveSsrc }] };
}

/** Two numbers for telephone events become one inside the router, and consumers must find it once. */
export function mergeNumbers(producer: types.Producer): void {
  const { codecs } = producer.consumableRtpParameters;
  const first = codecs.findIndex(({ payloadType }) => payloadType === eventsPayloadType);
  const second = codecs.findLastIndex(({ payloadType }) => payloadType === eventsPayloadType);
  if (second > first) codecs.splice(second, 1);
}

/** What a consumer of telephone events alone takes: mediasoup asks for a codec beside them, and this one is not in use. */
export const eventsBeside = (codec: Codec): CodecChoice => ({
  codecs: [otherCodec(codec)],
  events: true,
  comfortNoise: false,
});

const otherCodec = (codec: Codec): Codec => (codec === 'PCMU' ? 'PCMA' : 'PCMU');

/** A producer of what this process sends. */
export const ownParameters = (ssrc: number): types.RtpParameters => ({
  codecs: named(everything).map(codecParameters),
  encodings: [{ ssrc }],
});

const codecParameters = ({ mimeType, payloadType }: Named): types.RtpCodecParameters => ({
  mimeType,
  payloadType,
  clockRate: 8_000,
  channels: 1,
  parameters: {},
  rtcpFeedback: [],
});
