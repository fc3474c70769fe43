import { scriptPath, stylesheetPath } from './assets.ts';
import { html, type Html } from './html.ts';
import type { Page, Viewer } from './page.ts';

export interface Layout {
  readonly title: string;
  readonly body: Html;
  readonly viewer: Viewer;
  /** All pages; those with a name are the navigation. */
  readonly pages: readonly Page[];
  /** The one that is shown; null: none of them. */
  readonly page: Page | null;
  readonly path: string;
}

/** A whole document for somebody who has logged in. */
export function layout({ title, body, viewer, pages, page, path }: Layout): Html {
  const listed = pages.filter(
    (one) => one.navigation !== undefined && (one.for === 'everybody' || viewer.kind === 'operator'),
  );
  // A page without a name of its own belongs to the nearest above it: one message to the messages.
  const section = page === null ? undefined : listed.find((one) => one === page || below(path, one.path));
  const links = listed.map(
    (one) =>
      html`<li>
        <a href="${one.path}" ${one === section && html` aria-current="${one === page ? 'page' : 'true'}"`}
          >${one.navigation}</a
        >
      </li>`,
  );
  return documentOf(
    title,
    html`<header class="top">
        <a class="brand" href="/">Strowger</a>
        <nav aria-label="Console">
          <ul>
            ${links}
          </ul>
        </nav>
        <form method="post" action="/logout" class="who">
          <span>${nameOf(viewer)}</span> <button type="submit" class="quiet">Log out</button>
        </form>
      </header>
      <main id="main" tabindex="-1">${body}</main>`,
  );
}

/** A whole document for anybody. */
export const plainLayout = (title: string, body: Html): Html =>
  documentOf(
    title,
    html`<header class="top"><a class="brand" href="/">Strowger</a></header>
      <main id="main" tabindex="-1">${body}</main>`,
  );

const documentOf = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Strowger</title>
        <link rel="stylesheet" href="${stylesheetPath}" />
        <link rel="icon" href="data:," />
        <script src="${scriptPath}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${body}
      </body>
    </html> `;

const below = (path: string, above: string): boolean => above !== '/' && path.startsWith(`${above}/`);

const nameOf = (viewer: Viewer): string =>
  viewer.kind === 'operator' ? viewer.name : viewer.account.friendlyName;
