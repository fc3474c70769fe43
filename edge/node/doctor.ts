import type { Clock } from '../../control/base/clock.ts';
import type { TlsFiles } from '../../control/certificates/material.ts';
import type { Command } from '../../control/cli/command.ts';
import { done, refused } from '../../control/cli/command.ts';
import { processEnvironment } from '../../control/config/environment.ts';
import { dataLayout } from '../../control/config/layout.ts';
import { certificateFinding } from '../../control/doctor/certificate.ts';
import type { Finding } from '../../control/doctor/finding.ts';
import { kernelFindings, portFinding } from '../../control/doctor/kernel.ts';
import {
  cardFindings,
  clockFinding,
  diskFinding,
  inContainer,
  kernelSetting,
  secrecyFinding,
  settableHere,
} from '../../control/doctor/machine.ts';
import { sealKeyFinding } from '../../control/doctor/seal-key.ts';
import type { Config } from '../config.ts';
import { captureFinding } from './capture-finding.ts';

/** Every certificate and key that the configuration names. */
const certificatesOf = (
  config: Config,
): readonly (readonly [subject: string, files: Pick<TlsFiles, 'certificate' | 'key'> | undefined])[] => [
  ['https', config.https?.server ?? undefined],
  ['smpp.tls', config.smpp?.tls],
  ['sip.tls', config.sip?.tls ?? undefined],
  ['console', config.console?.tls ?? undefined],
  ...config.carriers.flatMap(({ name, smpp, sip }) => [
    [`carrier ${name} smpp.tls`, smpp?.tls] as const,
    [`carrier ${name} sip.tls`, sip?.tls] as const,
  ]),
];

/** Everything that can be seen of this machine, what is wrong first. */
export async function examine(
  config: Config,
  configFile: string,
  clock: Pick<Clock, 'now'>,
): Promise<readonly Finding[]> {
  const certificates = certificatesOf(config);
  const container = inContainer();
  const findings = [
    ...kernelFindings(kernelSetting, settableHere),
    portFinding(kernelSetting('net.ipv4.ip_local_port_range'), config.media.ports),
    ...cardFindings(container),
    await clockFinding(container),
    await captureFinding(config),
    diskFinding(config.data),
    secrecyFinding('configuration', configFile),
    await sealKeyFinding(config, processEnvironment),
    secrecyFinding('keys', dataLayout(config.data).keys),
    config.vault.key === undefined ? undefined : secrecyFinding('vault.key', config.vault.key.file),
    ...certificates.flatMap(([subject, { certificate, key } = {}]) => [
      certificate === undefined ? undefined : certificateFinding(subject, certificate, clock.now()),
      key === undefined ? undefined : secrecyFinding(`${subject} key`, key),
    ]),
  ].filter((finding) => finding !== undefined);
  const order = ['wrong', 'advice', 'host', 'ok'];
  return findings.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

const marks = { wrong: 'WRONG ', advice: 'advice', host: 'host  ', ok: 'ok    ' } as const;

/** Nothing is to be done on this machine. */
export const isClean = (findings: readonly Finding[]): boolean =>
  findings.every(({ verdict }) => verdict === 'ok' || verdict === 'host');

/** As a person reads them: what is not well comes with what to do next. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.map(({ verdict, subject, words, remedy }) => {
    const line = `${marks[verdict]} ${subject}: ${words}`;
    return remedy === '' ? line : `${line}\n       -> ${remedy}`;
  });
  return [
    ...lines,
    ...(isClean(findings) ? ['clean: there is nothing to be done on this machine'] : []),
  ].join('\n');
}

/** `strowger doctor` */
export const doctor = (clock: Pick<Clock, 'now'>): Command<Config> => ({
  name: 'doctor',
  summary: 'compare this machine with what the edge needs, and explain each finding',
  needs: 'config',
  run: async (call, config) => {
    const findings = await examine(config, call.load().file, clock);
    const json = { clean: isClean(findings), findings: findings.map((finding) => ({ ...finding })) };
    const faults = findings.filter(({ verdict }) => verdict === 'wrong').length;
    const text = findingsText(findings);
    return faults === 0
      ? done(json, text)
      : refused(`this machine is not fit: ${faults} of ${findings.length} findings are wrong`, {
          json,
          text,
        });
  },
});
