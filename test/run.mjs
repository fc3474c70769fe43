// Runs everything that must pass: lint, format, then each suite, the fast ones first. `npm test` calls this after
// ./setup has built. Exit status 0 only if all pass; node's test runner closes each suite with its counts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';

const root = new URL('..', import.meta.url).pathname;
const bin = (name) => `node_modules/.bin/${name}`;

/** Sound and signalling by the clock on the wall: one file at a time, or they hear each other's load. */
const realTime = [
  'loopback/trunk.test.js',
  'media/rtp',
  'media/thread',
  'sip/drachtio/suite.test.js',
  'sip/server',
  'voice/heard',
  'voice/srf',
  'whole/calls-',
];

/** Folders of build/test that cost more, or need the machine for themselves. */
const costly = ['fuzz', 'demo', 'conformance', 'whole', 'benchmarks'];
const others = readdirSync(`${root}build/test`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !costly.includes(entry.name))
  .map(({ name }) => name);

/** Suites in the order of their cost. A suite is its folders under build/test; a new folder is one of the first. */
const suites = [
  { name: 'unit', folders: others },
  { name: 'fuzz', folders: ['fuzz'] },
  { name: 'whole', folders: ['demo', 'conformance', 'whole', 'benchmarks'] },
  { name: 'real time', folders: ['loopback', 'media', 'sip', 'voice', 'whole'], realTime: true },
];

/** What failed in the suite that runs, to be told again at its end: thousands of tests scroll away. */
const failures = `${root}build/failures.txt`;

function run(title, command, args) {
  const begun = Date.now();
  process.stdout.write(`\n== ${title}\n`);
  rmSync(failures, { force: true });
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (existsSync(failures)) process.stdout.write(readFileSync(failures, 'utf8'));
  process.stdout.write(
    `== ${title}: ${status === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - begun) / 1000)} s\n`,
  );
  if (status !== 0) process.exit(1);
}

run('lint', bin('eslint'), ['.']);
run('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
for (const suite of suites) {
  const { name, folders } = suite;
  const files = folders
    .flatMap((folder) => testFiles(`build/test/${folder}`))
    .filter((file) => isRealTime(file) === (suite.realTime ?? false));
  if (files.length === 0) throw new Error(`the suite ${name} has no tests`);
  run(name, process.execPath, [
    '--enable-source-maps',
    '--test',
    // One that hangs is ended, and has failed.
    '--test-timeout=300000',
    `--test-concurrency=${suite.realTime ? 1 : 2}`,
    ...['--test-reporter=tap', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./test/failures.mjs', `--test-reporter-destination=${failures}`],
    ...files,
  ]);
}

function isRealTime(file) {
  return realTime.some((prefix) => file.startsWith(`build/test/${prefix}`));
}

function testFiles(folder) {
  const found = spawnSync('find', [folder, '-name', '*.test.js'], { cwd: root, encoding: 'utf8' });
  return found.status === 0
    ? found.stdout
        .trim()
        .split('\n')
        .filter((file) => file !== '')
        .sort()
    : [];
}
