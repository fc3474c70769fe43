// Writes what a package of ours says of what is inside it, from the modules as they are installed:
//   node systemd/licences.mjs LIB DEBIAN    LIB/node_modules is read; DEBIAN/copyright and DEBIAN/sbom.cdx.json are written
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [lib, debian] = process.argv.slice(2);
const builtAt = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString();

const bom = JSON.parse(
  execFileSync('npm', ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'], {
    cwd: lib,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);
// One name for each thing and no moment of its own, so that the same checkout gives the same bytes.
delete bom.serialNumber;
bom.metadata.timestamp = builtAt;
// npm calls the whole by its folder's name.
bom.metadata.component.name = 'strowger';
bom.components.push({
  type: 'platform',
  name: 'node',
  version: process.versions.node,
  licenses: [{ license: { id: 'MIT' } }],
});
writeFileSync(join(debian, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);

/** Every installed module: its folder, name, version and what it says of its licence. */
function* modules(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (!entry.isDirectory() || entry.name === '.bin') continue;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('@')) yield* modules(path);
    else {
      const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      yield {
        path,
        name,
        version,
        license: typeof license === 'string' ? license : (license?.type ?? 'see its text'),
      };
      yield* modules(join(path, 'node_modules'));
    }
  }
}

/** A licence's text as a paragraph of Debian's format, in which an empty line is a dot. */
const quoted = (text) =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n');

function textIn(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8');
}

const nodeHome = dirname(dirname(process.execPath));
const nodeLicence = ['LICENSE', 'share/doc/nodejs/LICENSE', 'share/doc/nodejs/copyright']
  .map((name) => join(nodeHome, name))
  .find((path) => existsSync(path));

const paragraphs = [
  'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Strowger',
  `Files: *\nCopyright: the authors of Strowger\nLicense: Apache-2.0\n${quoted(readFileSync('LICENSE', 'utf8'))}`,
  `Files: usr/lib/strowger/bin/node\nCopyright: Node.js contributors\nLicense: MIT and others\n${quoted(
    nodeLicence === undefined
      ? 'See https://github.com/nodejs/node/blob/main/LICENSE'
      : readFileSync(nodeLicence, 'utf8'),
  )}`,
];
for (const { path, name, version, license } of modules(join(lib, 'node_modules'))) {
  const text = textIn(path) ?? `${name} says of itself: ${license}.`;
  paragraphs.push(
    `Files: usr/lib/strowger/${path.slice(lib.length + 1)}/*\nCopyright: the authors of ${name} ${version}\nLicense: ${license} (${name})\n${quoted(text)}`,
  );
}
writeFileSync(join(debian, 'copyright'), `${paragraphs.join('\n\n')}\n`);
