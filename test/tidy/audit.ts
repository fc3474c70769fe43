// npm run audit: whether what this build is made of is what it is meant to be, and whether anything is known against it.
// Exit status 1 where the offline part finds a fault, or the registry knows an advisory of a package that is shipped.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../support/root.ts';
import { dependencyFaults, type Lock, type Manifest } from './dependencies.ts';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const lock = JSON.parse(read('package-lock.json')) as Lock;
const manifest = JSON.parse(read('package.json')) as Manifest;
const faults = dependencyFaults(manifest, lock, read('.npmrc'), read('ARCHITECTURE.md'));
for (const fault of faults) say(fault);
say(`offline: ${Object.keys(lock.packages).length - 1} packages, ${faults.length} faults`);

/** What `npm audit` says of one package. */
interface Advisory {
  readonly name: string;
  readonly severity: string;
  /** Which versions are concerned. */
  readonly range: string;
  /** What is known, or the packages by which it concerns this one. */
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

const reason = (via: Advisory['via'][number]): string =>
  typeof via === 'string' ? `by ${via}` : `${via.title} (${via.url})`;

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, Advisory>>;
}

function report(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return {};
  }
}

const asked = spawnSync('npm', ['audit', '--omit=dev', '--package-lock-only', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: 60_000,
});
const advisories = report(asked.stdout).vulnerabilities;
if (advisories === undefined) say('advisories: the registry did not answer; only the offline part counts');
else {
  const known = Object.values(advisories);
  for (const { name, severity, range, via } of known)
    say(`${name} ${range}: ${[severity, ...via.map(reason)].join(', ')}`);
  say(`advisories: ${known.length}`);
}
process.exitCode = faults.length > 0 || Object.keys(advisories ?? {}).length > 0 ? 1 : 0;
