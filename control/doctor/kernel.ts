import { advice, outside, well, type Finding } from './finding.ts';

/** What the edge needs of one setting of the kernel. */
export interface KernelNeed {
  readonly name: string;
  readonly least: number;
  readonly why: string;
}

/** `systemd/debian/sysctl.conf` sets these; a test holds the two together. */
export const kernelNeeds: readonly KernelNeed[] = [
  {
    name: 'net.core.rmem_max',
    least: 16_777_216,
    why: 'sound and SIP by UDP are lost when a busy core takes them late',
  },
  { name: 'net.core.wmem_max', least: 16_777_216, why: 'what is sent in bursts by UDP is lost' },
  { name: 'net.core.netdev_max_backlog', least: 10_000, why: 'packets that wait for a busy core are lost' },
  {
    name: 'net.core.somaxconn',
    least: 4096,
    why: 'connections are refused when many tenants come back at once',
  },
  {
    name: 'net.ipv4.tcp_max_syn_backlog',
    least: 8192,
    why: 'connections are refused when many tenants come back at once',
  },
  {
    name: 'net.ipv4.tcp_migrate_req',
    least: 1,
    why: 'connections are reset at the moment when a certificate or a build is exchanged',
  },
];

/**
 * `value`: what the kernel says of a setting, undefined if it has none of this name. `settable`: whether it can be set
 * here; in a container many cannot.
 */
export function kernelFindings(
  value: (name: string) => string | undefined,
  settable: (name: string) => boolean = () => true,
): readonly Finding[] {
  return kernelNeeds.map(({ name, least, why }) => {
    const text = value(name);
    if (text === undefined) return well(name, 'this kernel has no such setting');
    if (Number(text) >= least) return well(name, text);
    const found = advice(name, `${text}, less than ${least}: ${why}`, `sysctl -w ${name}=${least}`);
    return settable(name) ? found : outside(found);
  });
}

/** The kernel's own ports must leave those of RTP alone: else a webhook's connection takes the port of a call. */
export function portFinding(
  range: string | undefined,
  media: { readonly first: number; readonly last: number },
): Finding {
  const subject = 'net.ipv4.ip_local_port_range';
  const [first = 0, last = 0] = (range ?? '').trim().split(/\s+/).map(Number);
  if (first > media.last || last < media.first)
    return well(subject, `${first} to ${last}, apart from media.ports`);
  return advice(
    subject,
    `${first} to ${last} overlaps media.ports ${media.first} to ${media.last}: a call may find its port taken`,
    `sysctl -w net.ipv4.ip_local_port_range="${media.last + 1} 65535"`,
  );
}

/** One receive queue of a network card keeps one core busy while others idle, unless packets are spread (RPS). */
export function queueFinding(
  card: string,
  { queues, spread, cores }: { readonly queues: number; readonly spread: boolean; readonly cores: number },
): Finding {
  const subject = `network card ${card}`;
  if (queues > 1 || spread || cores === 1)
    return well(subject, `${queues} receive queues${spread ? ', spread over cores' : ''}`);
  return advice(
    subject,
    `one receive queue serves ${cores} cores: all packets are taken by one of them`,
    `echo ${coresMask(cores)} > /sys/class/net/${card}/queues/rx-0/rps_cpus`,
  );
}

/** All of so many cores, as the kernel writes sets of them: hexadecimal, a comma between each 32 bits. */
export function coresMask(cores: number): string {
  const whole = Array.from({ length: Math.floor(cores / 32) }, () => 'ffffffff');
  const rest = 2 ** (cores % 32) - 1;
  return [...(rest === 0 ? [] : [rest.toString(16)]), ...whole].join(',');
}
