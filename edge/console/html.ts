/** Text that is HTML already. Only `html` makes it, so whatever else meets a template is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text is escaped, Html is not; null, undefined and false are left out. */
export type Value = Html | string | number | null | undefined | false | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/**
 * HTML with values in it: in text, or in an attribute between quotes. A value in an attribute without quotes could not be
 * kept in; that is our own mistake and throws.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = '';
  for (const [i, markup] of strings.entries()) {
    text += markup;
    if (i === values.length) break;
    if (/\s[\w-]+=$/.test(markup))
      throw new Error(`a value in an attribute without quotes: ${markup.slice(-40)}`);
    text += render(values[i]);
  }
  return new Html(text);
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escaped(String(value));
}
