import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('twilio/package.json')), 'lib/rest');

/** `/2010-04-01/Accounts/{}/Messages` */
const patternOf = (path: string): string => path.replace(/\.json$/, '').replace(/\$?\{[^}]*\}/g, '{}');

/** The paths at which the helper library asks for a resource, and the properties that it reads from an answer. */
export interface Documented {
  /** Its file, e.g. `api/v2010/account/message`. */
  readonly resource: string;
  readonly properties: readonly string[];
}

const versionOf = (directory: string): string => (directory === 'v2010' ? '2010-04-01' : directory);

function read(): ReadonlyMap<string, readonly Documented[]> {
  const found = new Map<string, Documented[]>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [product = '', version = ''] = name.split('/');
    const types = join(folder, name.replace(/\.js$/, '.d.ts'));
    if (!name.endsWith('.js') || !/^v\d/.test(version) || !existsSync(types)) continue;
    const properties = propertiesIn(readFileSync(types, 'utf8'));
    if (properties.length === 0) continue;
    const resource = relative(folder, types).replace(/\.d\.ts$/, '');
    const code = readFileSync(join(folder, name), 'utf8');
    for (const [, uri = ''] of code.matchAll(/_uri = `([^`]+)`/g)) {
      const key = `${product} ${patternOf(`/${versionOf(version)}${uri}`)}`;
      const known = found.get(key) ?? [];
      found.set(key, known);
      if (!known.some((one) => one.resource === resource)) known.push({ resource, properties });
    }
  }
  return found;
}

function propertiesIn(types: string): readonly string[] {
  const body = /^(?:export )?interface \w+Resource \{\n(.*?)^\}/ms.exec(types)?.[1] ?? '';
  return Array.from(body.matchAll(/^ {4}(\w+)\??:/gm), ([, name]) => name ?? '');
}

const byPath = read();

/** What the helper library documents at a path of ours; several where one path makes one thing and lists another. */
export const documentedAt = (product: string, path: string): readonly Documented[] =>
  byPath.get(`${product} ${patternOf(path)}`) ?? [];
