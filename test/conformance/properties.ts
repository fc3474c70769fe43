import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('twilio/package.json')), 'lib/rest');

/** The properties that Twilio's helper library documents for a resource of an API, e.g. of `account/message`. */
export function documentedProperties(resource: string, api = 'api/v2010'): readonly string[] {
  const text = readFileSync(join(folder, api, `${resource}.d.ts`), 'utf8');
  const body = /^(?:export )?interface \w+Resource \{\n(.*?)^\}/ms.exec(text)?.[1];
  if (body === undefined) throw new Error(`${resource} documents no resource`);
  return Array.from(body.matchAll(/^ {4}(\w+)\??:/gm), ([, name]) => name ?? '');
}
