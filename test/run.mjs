// Runs everything that must pass: lint, format, then each suite, the fast ones first. `npm test` calls this after
// ./setup has built. Exit status 0 only if all pass; node's test runner closes each suite with its counts.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const root = new URL('..', import.meta.url).pathname;
const bin = (name) => `node_modules/.bin/${name}`;

/** Suites in the order of their cost. A suite is its folders under build/test. */
const suites = [
  {
    name: 'unit',
    folders: [
      'tidy',
      'control',
      'smpp',
      'sip',
      'media',
      'twiml',
      'webhook',
      'http',
      'messaging',
      'voice',
      'api',
      'loopback',
    ],
  },
  { name: 'fuzz', folders: ['fuzz'] },
  { name: 'whole', folders: ['demo', 'conformance', 'whole', 'benchmarks'] },
];

function run(title, command, args) {
  const begun = Date.now();
  process.stdout.write(`\n== ${title}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  process.stdout.write(
    `== ${title}: ${status === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - begun) / 1000)} s\n`,
  );
  if (status !== 0) process.exit(1);
}

run('lint', bin('eslint'), ['.']);
run('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
for (const { name, folders } of suites) {
  const files = folders.flatMap((folder) => testFiles(`build/test/${folder}`));
  if (files.length === 0) throw new Error(`the suite ${name} has no tests`);
  run(name, process.execPath, ['--enable-source-maps', '--test', '--test-concurrency=2', ...files]);
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
