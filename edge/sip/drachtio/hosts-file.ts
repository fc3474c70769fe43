import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Names that every machine knows, whatever its file says. */
const always: readonly (readonly [string, string])[] = [['localhost', '127.0.0.1']];

/** The names of a hosts file (hosts(5)), in lower case, each with its first IPv4 address, else its first address. */
export function parseHosts(text: string): ReadonlyMap<string, string> {
  const hosts = new Map(always);
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0) continue;
    for (const name of names) {
      const known = hosts.get(name.toLowerCase());
      if (known === undefined || (family === 4 && isIP(known) === 6)) hosts.set(name.toLowerCase(), address);
    }
  }
  return hosts;
}

/** What this machine's own file says, which the DNS does not know. */
export function machineHosts(): ReadonlyMap<string, string> {
  try {
    return parseHosts(readFileSync('/etc/hosts', 'utf8'));
  } catch {
    return parseHosts('');
  }
}
