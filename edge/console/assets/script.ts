/**
 * What the console does in the browser: it renews those parts of a page that are marked `data-live`, by fetching the page
 * again. Without it, reloading does the same.
 */
export const script = `'use strict';
(() => {
  const everyMs = 5000;
  const parts = () => document.querySelectorAll('[data-live][id]');
  const renew = async () => {
    if (document.hidden || parts().length === 0) return;
    const answer = await fetch(location.href, { headers: { 'X-Live': '1' }, redirect: 'manual' });
    if (answer.type === 'opaqueredirect') return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts()) {
      const other = fresh.getElementById(part.id);
      if (other !== null && other.innerHTML !== part.innerHTML && !part.contains(document.activeElement))
        part.replaceChildren(...document.importNode(other, true).childNodes);
    }
  };
  const next = () => setTimeout(() => renew().catch(() => undefined).then(next), everyMs);
  if (parts().length > 0) next();
})();
`;
