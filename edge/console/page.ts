import type { Account } from '../../control/accounts/account.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { Html } from './html.ts';

/** Who looks: somebody who runs the edge, or a tenant by the credentials of his account. */
export type Viewer =
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'tenant'; readonly account: Account; readonly keySid: Sid | null };

/** A request for a page, by somebody who has logged in. Whatever it holds is the browser's word alone. */
export interface PageRequest {
  readonly viewer: Viewer;
  readonly path: string;
  /** What the `{Name}` segments of the page's path are, decoded. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** A POST's; empty otherwise. */
  readonly form: URLSearchParams;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

export type Reply =
  | {
      readonly kind: 'page';
      /** Of the document; the layout adds the product's name. */
      readonly title: string;
      /** The content of `<main>`: begins with its `<h1>`. */
      readonly body: Html;
      /** Default 200. */
      readonly status?: number;
    }
  /** To another page of the console, as the answer to a POST. */
  | { readonly kind: 'seeOther'; readonly path: string }
  | {
      readonly kind: 'download';
      readonly name: string;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    }
  /** There is no such thing, or it is another's. */
  | { readonly kind: 'notFound' };

export type Handler = (request: PageRequest) => Reply | Promise<Reply>;

/** A row of the table of pages. */
export interface Page {
  /** Segments in braces match anything: `/messages/{Sid}`. */
  readonly path: string;
  /** Who may see it; others are told that there is no such page. */
  readonly for: 'everybody' | 'operators';
  /** Its name in the navigation, for those pages that are there. */
  readonly navigation?: string;
  readonly get: Handler;
  readonly post?: Handler;
}
