import { isIP } from 'node:net';

/** What commander makes of options: the names in camel case. */
export type LoopbackOptions = Readonly<Record<string, string | boolean | undefined>>;

/** `127.0.0.1:2775`, `[::1]:0`, `localhost:2775` */
export function listenAddress(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]{1,253})):(\d{1,5})$/i.exec(text);
  const [, bracketed, plain, portText] = match ?? [];
  const port = Number(portText);
  if (match === null || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  return plain === undefined ? undefined : { host: plain, port };
}

/** The prefixes that `--own` names. */
export const ownPrefixes = (text: string | null): readonly string[] => (text === null ? [] : text.split(','));
