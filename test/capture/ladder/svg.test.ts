import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { ladderSvg } from '../../../edge/capture/ladder/svg.ts';
import { callLadder } from './call.ts';

describe('the ladder as a picture', () => {
  it('is well-formed, whatever the names in it', () => {
    const svg = ladderSvg(callLadder(false, '</title><script>alert(1)</script>'));
    const open: string[] = [];
    for (const [, closes, name = '', empty] of svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
      if (closes === '/') assert.equal(open.pop(), name);
      else if (empty !== '/') open.push(name);
    }
    assert.deepEqual(open, []);
    assert.doesNotMatch(svg.replace(/<[^<>]*>/g, ''), /[<>]|&(?!#\d+;)/);
    assert.doesNotMatch(svg, /<script|<style|href|url\(| on\w+=/i);
    assert.match(svg, />alpha &#60;&#38;&#34;</);
  });

  it('has every participant, and each row once with its whole wording', () => {
    const ladder = callLadder();
    const parser = new XMLParser({ ignoreAttributes: false });
    const { svg } = parser.parse(ladderSvg(ladder)) as {
      svg: { line: unknown[]; g: { g: { title: string } }[] };
    };
    assert.equal(svg.line.length, ladder.participants.length);
    assert.deepEqual(
      svg.g.map(({ g }) => g.title.split(' ')[0]),
      ladder.rows.map((row) => (row.kind === 'arrow' ? row.label.split(' ')[0] : 'RTP')),
    );
    assert.match(svg.g[7]?.g.title ?? '', /49 packets, 1 lost \(2\.0 %\), jitter 0\.4 ms/);
  });
});
