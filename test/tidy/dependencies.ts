/** What is read of `package.json`. */
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** What is read of `package-lock.json` (lockfileVersion 3). */
export interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

/** SPDX identifiers under which a package may be part of an appliance that is sold. */
const licences: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
]);

/** Packages whose licence is in their text and not in the field of their manifest. */
const licensedInText: Readonly<Record<string, string>> = { busboy: 'MIT', streamsearch: 'MIT', only: 'MIT' };

/** Packages with install scripts that are not run (`ignore-scripts`), and do without. */
const scriptsLeftOut: ReadonlySet<string> = new Set(['bufferutil', 'esbuild', 'mediasoup', 'utf-8-validate']);

const exactVersion = /^(npm:(@[a-z0-9-]+\/)?[a-z0-9.-]+@)?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** The package at a path of the lockfile: `node_modules/a/node_modules/@b/c` is `@b/c`. */
const nameAt = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The packages that ARCHITECTURE.md gives a reason for: names in backquotes in the first column; `@types/…` is all of them. */
export function explained(architecture: string): (name: string) => boolean {
  const rows = architecture.split('\n').filter((line) => line.startsWith('| `'));
  const names = new Set(
    rows.flatMap((row) =>
      Array.from((row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), ([, name = '']) => name),
    ),
  );
  return (name) => names.has(name) || (name.startsWith('@types/') && names.has('@types/…'));
}

/**
 * What is wrong with the packages that this build is made of, as far as that can be told without a network: versions
 * that may drift, bytes that are not pinned, places other than the registry, scripts that nobody allowed, licences that
 * are not on the list, direct ones that nobody gave a reason for.
 */
export function dependencyFaults(
  manifest: Manifest,
  lock: Lock,
  npmrc: string,
  architecture: string,
): readonly string[] {
  const faults: string[] = [];
  const hasReason = explained(architecture);
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (!exactVersion.test(version))
      faults.push(`package.json: ${name} is ${version}, not one exact version`);
    if (!hasReason(name)) faults.push(`ARCHITECTURE.md does not say why ${name} is here`);
  }
  if (lock.lockfileVersion !== 3) faults.push('package-lock.json: lockfileVersion 3 is expected');
  if (!/^ignore-scripts\s*=\s*true$/m.test(npmrc)) faults.push('.npmrc: ignore-scripts=true is missing');
  for (const [path, locked] of Object.entries(lock.packages)) {
    if (path === '') continue;
    for (const fault of packageFaults(nameAt(path), locked, manifest)) faults.push(`${path}: ${fault}`);
  }
  return faults;
}

function* packageFaults(name: string, locked: LockedPackage, manifest: Manifest): Generator<string> {
  if (locked.link === true) yield 'is a link to a folder';
  if (!exactVersion.test(locked.version ?? '')) yield `has no exact version (${locked.version ?? ''})`;
  if (!sha512.test(locked.integrity ?? '')) yield 'is not pinned by a SHA-512';
  // `omit-lockfile-registry-resolved`: what comes from the registry names no place. Whatever does comes from elsewhere.
  if (locked.resolved !== undefined) yield `comes from ${locked.resolved}, not from the registry`;
  const licence = locked.license ?? licensedInText[name] ?? 'none';
  if (!licences.has(licence)) yield `its licence is ${licence}`;
  if (locked.hasInstallScript === true && manifest.allowScripts[name] !== true && !scriptsLeftOut.has(name))
    yield 'has install scripts that nobody allowed';
}
