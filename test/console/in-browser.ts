/** What is run in the browser, as text: the types of this project are those of Node. */

/** What has the focus: its name, and whether that can be seen. */
export const focused = `(() => {
  const at = document.activeElement;
  const text = at.labels?.[0]?.textContent ?? at.textContent ?? '';
  return [text, getComputedStyle(at).outlineStyle !== 'none'];
})()`;

/** Texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3), and marks of pictures below 3 (1.4.11). */
export const faintTexts = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const contrast = (element, colour) => {
    const [one, other] = [luminance(rgba(colour)), luminance(ground(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const faint = [];
  const need = (least, element, colour, what) => {
    const found = colour === 'none' ? 0 : contrast(element, colour);
    if (found < least) faint.push(what + ': ' + found.toFixed(2));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || element === null || element.localName === 'title') continue;
    const style = getComputedStyle(element);
    need(4.5, element, element.closest('svg') === null ? style.color : style.fill, text);
  }
  for (const mark of document.querySelectorAll('svg .bar')) need(3, mark, getComputedStyle(mark).fill, 'a bar');
  for (const mark of document.querySelectorAll('svg path.line, .arrow line, .arrow path, .sound line, .sound path'))
    need(3, mark, getComputedStyle(mark).stroke, mark.parentElement.getAttribute('class') + ' ' + mark.localName);
  return faint;
})()`;

/** What can be reached by the keyboard without showing that it has been. */
export const focusFaults = `(() => {
  const faults = [];
  for (const one of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')) {
    if (!one.checkVisibility()) continue;
    one.focus();
    if (document.activeElement !== one || getComputedStyle(one).outlineStyle === 'none')
      faults.push(one.outerHTML.slice(0, 80));
  }
  return faults;
})()`;

/** What people who cannot see would miss. */
export const outlineFaults = `(() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (all('h1').length !== 1) faults.push('not one h1');
  if (all('main').length !== 1) faults.push('not one main');
  if (document.documentElement.lang === '') faults.push('no language');
  if (all('a.skip').length !== 1) faults.push('no skip link');
  for (const one of all('input:not([type=hidden]), select, textarea'))
    if (one.labels.length === 0) faults.push('no label: ' + one.name);
  for (const one of all('table'))
    if (one.caption === null || one.querySelector('th[scope]') === null) faults.push('a table without caption or heads');
  for (const one of all('a, button'))
    if (one.textContent.trim() === '') faults.push('no name: ' + one.outerHTML.slice(0, 80));
  const ids = all('[id]').map(({ id }) => id);
  for (const id of ids) if (ids.filter((one) => one === id).length > 1) faults.push('twice: ' + id);
  return faults;
})()`;
