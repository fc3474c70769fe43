import { layout, plainLayout } from './layout.ts';
import type { Html } from './html.ts';
import type { Asset } from './assets.ts';
import { sorry, type Sorry } from './sorry.ts';
import type { Page, Viewer } from './page.ts';

/** What goes back to the browser, besides the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Nothing that somebody had to log in for is left behind in a cache. */
const uncached = { 'Cache-Control': 'no-store' } as const;

export const htmlAnswer = (status: number, page: Html): Answer => ({
  status,
  headers: { ...uncached, 'Content-Type': 'text/html; charset=utf-8' },
  body: page.text,
});

export const redirect = (location: string): Answer => ({
  status: 303,
  headers: { ...uncached, Location: location },
  body: '',
});

export const download = (name: string, contentType: string, bytes: Uint8Array): Answer => ({
  status: 200,
  headers: {
    ...uncached,
    'Content-Type': contentType,
    'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`,
  },
  body: bytes,
});

export const assetAnswer = ({ contentType, bytes }: Asset): Answer => ({
  status: 200,
  headers: { 'Cache-Control': 'public, max-age=31536000, immutable', 'Content-Type': contentType },
  body: bytes,
});

/** An excuse, to anybody. */
export function refusal(status: Sorry): Answer {
  const { title, body } = sorry(status);
  return htmlAnswer(status, plainLayout(title, body));
}

/** There is no such page; the navigation leads to others. */
export function notFound(viewer: Viewer, pages: readonly Page[]): Answer {
  const { title, body } = sorry(404);
  return htmlAnswer(404, layout({ title, body, viewer, pages, page: null, path: '' }));
}

export const withHeaders = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});
