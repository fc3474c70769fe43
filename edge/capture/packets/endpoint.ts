/** One end of a packet's way. The address is written as `canonicalAddress` does. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** For people, and as a key: 192.0.2.1:5060, [2001:db8::1]:5060. */
export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
