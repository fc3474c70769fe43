/** What is spoken here, as SDP names it. */
export type Codec = 'PCMU' | 'PCMA';
