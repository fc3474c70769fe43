import type { ConsoleDeps } from '../deps.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';

/** How the edge is, at a glance. */
export const healthPage = ({ health }: ConsoleDeps): Page => ({
  path: '/',
  navigation: 'Health',
  for: 'everybody',
  get: () => ({
    kind: 'page',
    title: 'Health',
    body: html`<h1>Health</h1>
      <p role="status">${health().ok ? 'Everything works.' : 'Something needs attention.'}</p>`,
  }),
});
