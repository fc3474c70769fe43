import { createHash } from 'node:crypto';
import { script } from './assets/script.ts';
import { stylesheet } from './assets/stylesheet.ts';

export interface Asset {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A path that names the content: a browser may keep it for ever, and a new build has another. */
const pathOf = (name: string, text: string, extension: string): string =>
  `/assets/${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.${extension}`;

export const stylesheetPath = pathOf('console', stylesheet, 'css');
export const scriptPath = pathOf('console', script, 'js');

/** What the console serves besides pages, by its path. Nothing is read from disk. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  [stylesheetPath, { contentType: 'text/css; charset=utf-8', bytes: Buffer.from(stylesheet) }],
  [scriptPath, { contentType: 'text/javascript; charset=utf-8', bytes: Buffer.from(script) }],
]);
