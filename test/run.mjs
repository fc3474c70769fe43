// Runs everything that must pass: lint, format, then each suite, the fast ones first. `npm test` calls this after
// ./setup has built. Exit status 0 only if all pass; node's test runner closes each suite with its counts.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
const cheap = readdirSync(`${root}build/test`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !costly.includes(entry.name))
  .map(({ name }) => name);

/**
 * Suites in the order of their cost. A suite is its folders under build/test; a new folder is one of the first. Three
 * files at a time keep two cores busy where one of them waits for a disk.
 */
const suites = [
  { name: 'fuzz', folders: ['fuzz'] },
  { name: 'unit', folders: cheap, concurrency: 3 },
  { name: 'whole', folders: ['demo', 'conformance', 'whole', 'benchmarks'], concurrency: 2 },
  { name: 'real time', folders: ['loopback', 'media', 'sip', 'voice', 'whole'], realTime: true },
];

/** What the suites leave to be searched for secrets, and the secrets: see test/redaction. */
const evidence = `${root}build/evidence`;
rmSync(evidence, { recursive: true, force: true });
mkdirSync(`${evidence}/logs`, { recursive: true, mode: 0o700 });
process.on('exit', () => rmSync(`${evidence}/secrets`, { recursive: true, force: true }));
const witnessed = {
  ...process.env,
  STROWGER_EVIDENCE: evidence,
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${root}build/test/support/witness.js`,
};

const lint = { title: 'lint', command: bin('eslint'), args: ['.'] };
const format = { title: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] };
const redaction = {
  title: 'redaction',
  command: process.execPath,
  args: ['--enable-source-maps', 'build/test/redaction/main.js', evidence],
};
const [fuzz, ...others] = suites.map(step);

// What keeps one core busy runs side by side, and is told when it ends; what needs both follows, told as it runs.
const fast = await Promise.all([run(lint, 'pipe'), run(format, 'pipe'), run(fuzz, 'pipe')]);
if (fast.includes(false)) process.exit(1);
for (const next of [...others, redaction]) if (!(await passes(next))) process.exit(1);

/** As `run`. What goes by the clock on the wall fails where the machine stood still for a moment: it has one more try. */
async function passes(next) {
  if (await run(next, 'inherit')) return true;
  return next.again !== undefined && run(next.again(), 'inherit');
}

/** Runs a step; whether it passed. */
async function run({ title, command, args, env, failures }, output) {
  const begun = Date.now();
  if (output === 'inherit') process.stdout.write(`\n== ${title}\n`);
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', output, output] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
  const [status] = await once(child, 'close');
  if (output === 'pipe') process.stdout.write(`\n== ${title}\n${Buffer.concat(printed)}`);
  if (failures !== undefined) process.stdout.write(readFileSync(failures, 'utf8'));
  const seconds = Math.round((Date.now() - begun) / 1000);
  process.stdout.write(`== ${title}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s\n`);
  return status === 0;
}

/** A suite as a step. What failed in it is kept in a file, to be told again at its end: thousands of tests scroll by. */
function step({ name, folders, concurrency = 1, realTime: alone = false }) {
  const files = folders
    .flatMap((folder) => testFiles(`build/test/${folder}`))
    .filter((file) => isRealTime(file) === alone);
  return over(name, files, concurrency, alone);
}

function over(name, files, concurrency, tryAgain) {
  if (files.length === 0) throw new Error(`the suite ${name} has no tests`);
  const fileName = name.replaceAll(' ', '-');
  const failures = `${root}build/failures-${fileName}.txt`;
  const args = [
    '--enable-source-maps',
    '--test',
    // One that hangs is ended, and has failed.
    '--test-timeout=300000',
    `--test-concurrency=${concurrency}`,
    ...['--test-reporter=tap', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${evidence}/logs/suite-${fileName}`],
    ...['--test-reporter=./test/failures.mjs', `--test-reporter-destination=${failures}`],
    ...files,
  ];
  const again = () => over(`${name} again`, failedOf(files, failures), concurrency, false);
  const step = { title: name, command: process.execPath, args, failures, env: witnessed };
  return tryAgain ? { ...step, again } : step;
}

/** The files in which something failed, as the list of failures names their sources; all, where it names none. */
function failedOf(files, failures) {
  const told = readFileSync(failures, 'utf8');
  const failed = files.filter((file) => told.includes(`${file.slice('build'.length, -'.js'.length)}.`));
  return failed.length > 0 ? failed : files;
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
