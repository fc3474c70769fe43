// The last step of a whole run: whether a secret that there was stands in anything that was logged, printed or dumped.
//   node build/test/redaction/main.js FOLDER
// Exit status 1, with the file and the kind of secret, where one does, and where there was too little to look at.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../support/root.ts';
import { readSecrets, search } from './search.ts';

/** What a whole run has secrets of, at least: a kind that is missing is a witness that has gone blind. */
const kindsExpected = [
  'API key secret',
  'SIP digest',
  'SIP password',
  'SMPP password',
  'TLS key',
  'auth token',
  'configured password',
  'console password',
  'console session',
  'seal key',
  'webhook password',
];
/** Of edges, and of the suites themselves. */
const logsExpected = ['command', 'console', 'demo', 'edge', 'store', 'suite'];
/** URLs that tenants have set are shown to them again, and so they stand in the store. */
const inStores = ['webhook password'];

const [folder = ''] = process.argv.slice(2);
const filesIn = (name: string): string[] => {
  const path = join(folder, name);
  return existsSync(path) ? readdirSync(path).map((file) => join(path, file)) : [];
};
/** What a process leaves where it was started when it dies. */
const dumps = readdirSync(root)
  .filter((name) => /^core(\.\d+)?$|\.heapsnapshot$|^report\..*\.json$/.test(name))
  .map((name) => join(root, name));
const sources = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => /\.(ts|mjs|js|json|sh|md|yaml)$/.test(file))
  .map((file) => join(root, file))
  .filter(existsSync);

const begunMs = performance.now();
const logs = [...filesIn('logs'), ...dumps];
const secrets = filesIn('secrets').length === 0 ? [] : readSecrets(join(folder, 'secrets'));
const { leaks, looked, bytes } = search({
  secrets,
  sources,
  logs: logs.map((path) => ({
    path,
    allowed: path.startsWith(join(folder, 'logs', 'store-')) ? inStores : [],
  })),
});
const missing = [
  ...kindsExpected.filter((kind) => !looked.has(kind)).map((kind) => `no ${kind} was noted`),
  ...logsExpected
    .filter((name) => !logs.some((path) => path.startsWith(join(folder, 'logs', name))))
    .map((name) => `nothing was kept of ${name}`),
];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const line of [...leaks, ...missing]) say(line);
const kinds = Array.from(looked, ([kind, count]) => `${count} ${kind}`).sort();
say(
  `${[...looked.values()].reduce((sum, count) => sum + count, 0)} secrets (${kinds.join(', ')}) looked for in ` +
    `${logs.length} files, ${Math.round(bytes / 1e6)} MB, in ${Math.round(performance.now() - begunMs)} ms`,
);
process.exitCode = leaks.length + missing.length === 0 ? 0 : 1;
