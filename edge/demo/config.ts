import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultText } from '../../control/config/fault.ts';
import { loadConfig } from '../../control/config/load.ts';
import { configPart, type Config } from '../config.ts';
import type { DemoPorts } from './ports.ts';

/** The demo's configuration, also left in the data folder for the other commands of `strowger`. */
export function writeConfig(
  data: string,
  ports: DemoPorts,
  carrier: { readonly smpp: number; readonly sip: number },
): { readonly file: string; readonly config: Config } {
  const at = (port: number): { readonly listen: string } => ({ listen: `127.0.0.1:${port}` });
  const settings = {
    // `${` would name a variable of the environment.
    data: data.replaceAll('${', '$${'),
    http: at(ports.http),
    https: { proxy: at(ports.proxy) },
    metrics: at(ports.metrics),
    console: at(ports.console),
    smpp: at(ports.smpp),
    sip: { listen: ['udp', 'tcp'].map((transport) => `${transport}:127.0.0.1:${ports.sip}`) },
    // One worker carries a few hundred calls.
    media: { address: '127.0.0.1', workers: 1 },
    webhooks: { allowPrivate: true },
    carriers: [
      {
        name: 'loopback',
        smpp: { url: `smpp://demo:demo@127.0.0.1:${carrier.smpp}` },
        sip: { proxy: `sip:127.0.0.1:${carrier.sip}`, accept: ['127.0.0.1'] },
        routes: [{ prefix: '+' }],
      },
    ],
  };
  const file = join(data, 'strowger.yaml');
  // JSON is YAML; a section a line is enough to read it by.
  const sections = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  writeFileSync(file, `# Written by each start of the demo.\n${sections.join('\n')}\n`, { mode: 0o600 });
  const config = loadConfig(configPart, file);
  if (!config.ok) throw new Error(config.error.map((fault) => faultText(file, fault)).join('; '));
  return { file, config: config.value };
}
