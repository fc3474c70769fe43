import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { html } from '../../edge/console/html.ts';

describe('templates', () => {
  it('escape every value that is no HTML, wherever it stands', () => {
    const attack = `</p><script>"'&`;
    assert.equal(
      html`<p title="${attack}">${attack}</p>`.text,
      '<p title="&lt;/p&gt;&lt;script&gt;&quot;&#39;&amp;">&lt;/p&gt;&lt;script&gt;&quot;&#39;&amp;</p>',
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.doesNotMatch(html`${text}`.text, /[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it('take HTML, numbers, lists, and nothing', () => {
    assert.equal(html`${[html`<b>1</b>`, 2, [null, undefined, false, 'x']]}!`.text, '<b>1</b>2x!');
  });

  it('take nothing for HTML that only looks like it', () => {
    const forged = JSON.parse('{"text":"<script>"}') as never;
    assert.throws(() => html`${forged}`);
  });

  it('refuse a value in an attribute without quotes, whatever the value before it', () => {
    assert.throws(() => html`<p title=${'x'}></p>`, /without quotes/);
    assert.equal(html`<p>${'a=='}${'b'}</p>`.text, '<p>a==b</p>');
    assert.equal(html`<a href="/x?y=${'z'}"></a>`.text, '<a href="/x?y=z"></a>');
  });
});
