import { html, type Html } from './html.ts';

const words = {
  400: ['Not understood', 'The request cannot be read. Go back and try again.'],
  403: [
    'Refused',
    'The form did not come from a page of this console. Open the page anew and send it from there.',
  ],
  404: ['Not found', 'There is no such page, or what it shows is not yours.'],
  405: ['Not allowed', 'This page takes no such request.'],
  413: ['Too large', 'The form holds more than 64 KB.'],
  414: ['Too long', 'The address is longer than 8,192 characters.'],
  415: ['Not understood', 'Forms are sent as application/x-www-form-urlencoded.'],
  500: ['Something broke', 'The page could not be made. The log of the edge says why.'],
} as const;

/** A status that there is a page of excuses for. */
export type Sorry = keyof typeof words;

export function sorry(status: Sorry): { readonly title: string; readonly body: Html } {
  const [title, text] = words[status];
  return {
    title,
    body: html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/">To the first page</a></p>`,
  };
}
