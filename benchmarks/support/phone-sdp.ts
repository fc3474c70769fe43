/** The SDP of a phone at `port` of 127.0.0.1, RTCP at the next: G.711 and telephone events. */
export const phoneSdp = (port: number): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');

export const portOfSdp = (sdp: string): number => Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0);
