import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHosts } from '../../../edge/sip/drachtio/hosts-file.ts';

describe('parseHosts', () => {
  it('reads names and their aliases, and prefers IPv4', () => {
    const hosts = parseHosts(
      '# a comment\n::1 localhost sbc\n192.0.2.7\tSBC sbc.example.net # here\nnonsense name\n192.0.2.8 sbc\n',
    );
    assert.deepEqual(
      [...hosts],
      [
        ['localhost', '127.0.0.1'],
        ['sbc', '192.0.2.7'],
        ['sbc.example.net', '192.0.2.7'],
      ],
    );
  });
});
