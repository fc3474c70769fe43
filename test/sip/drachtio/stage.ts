import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/root.ts';

/** The hosts that drachtio-srf's own tests expect: their last number, and the sipp scenario that runs there, if any. */
export const hosts: readonly (readonly [name: string, number: number, scenario?: string])[] = [
  ['drachtio-sut', 10],
  ['sipp-uas-cancel', 12, 'uas-cancel.xml'],
  ['sipp-uas', 13, 'uas.xml'],
  ['sipp-uas-404', 14, 'uas-404.xml'],
  ['sipp-uas-auth', 15, 'uas-auth.xml'],
  ['sipp-uas-auth-register', 16, 'uas-auth-register.xml'],
  ['sipp-uas-auth-register-no-realm', 17, 'uas-auth-register-no-realm.xml'],
  ['sipp-uas-refer', 18, 'uas-refer.xml'],
  ['drachtio-uas', 19],
  ['sipp-uas-fast-reinvite', 20, 'uas-reinvite.xml'],
  ['sipp-uas-reinvite-overlap', 21, 'uas-reinvite-overlap.xml'],
  ['sipp-uas-302', 22, 'uas-302.xml'],
  ['sipp-uas-prack', 23, 'uas-prack.xml'],
  ['sipp-uas-bye-with-auth', 24, 'uas-bye-with-auth.xml'],
  ['sipp-uas-reinvite-with-auth', 25, 'uas-reinvite-with-auth.xml'],
  ['sipp-uas-options', 26, 'uas-options-expect-200.xml'],
  ['sipp-uas-407-no-auth-header', 27, 'uas-407-no-auth-header.xml'],
  ['sipp-uas-200-ok-no-contact-cancel', 28, 'uas-200-ok-no-contact-cancel.xml'],
  ['sipp-uas-fast-update', 29, 'uas-update-with-sdp.xml'],
  ['sipp-uas-b-teardown', 40],
];

/** The suites that pass on drachtio's own server (`subscribe` times out there, too). */
export const suites = ['b2b', 'reinvite-tests', 'uac', 'uas', 'proxy', 'utils', 'refer'];

export interface Control {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/**
 * Copies drachtio-srf with its tests into `folder`, changed so that its hosts are addresses of 127.0.0.0/8 and its
 * containers are processes of sipp. `network` is what the addresses begin with.
 */
export function stage(folder: string, network: string, controls: Readonly<Record<string, Control>>): string {
  const copy = join(folder, 'srf');
  cpSync(join(root, 'node_modules/drachtio-srf'), copy, { recursive: true, dereference: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(copy, 'node_modules/config'), { recursive: true });
  writeFileSync(
    join(copy, 'node_modules/config/index.js'),
    `const all = ${JSON.stringify(controls)};\nexports.get = (name) => ({ ...all[name] });\n`,
  );
  const tests = join(copy, 'test');
  for (const file of [
    ...readdirSync(tests),
    ...readdirSync(join(tests, 'scripts')).map((name) => `scripts/${name}`),
  ])
    if (file.endsWith('.js')) edit(join(tests, file), (text) => text.replaceAll('172.29.0', network));
  // sipp 3.6 reads attributes as XML wants them, with < and > escaped.
  for (const file of readdirSync(join(tests, 'scenarios')))
    if (file.endsWith('.xml'))
      edit(join(tests, 'scenarios', file), (text) => escapeAttributes(text).replaceAll('172.29.0', network));
  writeFileSync(join(tests, 'sipp.js'), sippModule(network));
  writeFileSync(join(tests, 'all.js'), suites.map((name) => `require('./${name}');\n`).join(''));
  return tests;
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

const escapeAttributes = (text: string): string =>
  text.replace(/regexp="([^"]*)"/g, (_, pattern: string) => {
    const escaped = pattern.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `regexp="${escaped}"`;
  });

/** Their module that runs sipp, without containers: each caller at an address of its own. */
const sippModule = (network: string): string => `
const { spawn } = require('child_process');
let output = '';
let caller = 100;
const obj = {};
module.exports = () => obj;
obj.output = () => output;
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('sipp', args, { cwd: __dirname, stdio: ['ignore', 'pipe', 'pipe'] });
    const add = (data) => { output = (output + data).slice(-20000); };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(code)));
  });
}
obj.sippUac = (file) => {
  output = '';
  const address = '${network}.' + caller++;
  return run(['-sf', 'scenarios/' + file, '-m', '1', '-sleep', '250ms', '-nostdin', '-timeout', '60',
    '-i', address, '-p', '5060', '-cid_str', '%u-%p@%s-' + caller, '${network}.10']);
};
obj.sippUas = (file, name) =>
  run(['-sf', 'scenarios/' + file, '-m', '1', '-nostdin', '-timeout', '60', '-i', '${network}.40', '-p', '5060']);
`;
