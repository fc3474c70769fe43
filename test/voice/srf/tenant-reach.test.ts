import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUri } from '../../../edge/sip/message/uri.ts';
import type { Destination } from '../../../edge/sip/transport/flow.ts';
import { tenantReach } from '../../../edge/voice/srf/tenant-reach.ts';
import { Trunk } from '../../../edge/voice/srf/trunk.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Where names lead here; whatever is no name is an address. */
const names: Readonly<Record<string, string>> = {
  'pbx.example': '198.41.0.4',
  'inside.example': '10.0.0.9',
  'metadata.example': '169.254.169.254',
  'sbc.carrier.example': '199.7.83.42',
  'alias.example': '199.7.83.42',
};

const locator = {
  locate: ({
    host,
    port,
    params,
  }: {
    host: string;
    port: number | undefined;
    params: Map<string, string>;
  }) => {
    const address = names[host] ?? host.replace(/^\[|\]$/g, '');
    if (/[a-z]$/.test(address) && !address.includes(':')) return [];
    const transport = (params.get('transport') ?? 'udp') as Destination['transport'];
    return [{ transport, host: address, port: port ?? 5060 }];
  },
} as Parameters<typeof tenantReach>[0]['locator'];

const trunk = (proxy: string, accept: readonly string[]): Trunk =>
  new Trunk({ name: 'alpha', proxy, accept, cps: 1, channels: 1, codecs: [] }, new FakeClock());

const trunks = [
  trunk('sip:193.0.14.129', ['193.0.14.0/24']),
  trunk('sip:sbc.carrier.example;transport=tcp', []),
  trunk('sip:127.0.0.1:5070', ['127.0.0.1']),
];

async function ask(text: string, allowPrivate = false): Promise<string> {
  const uri = parseUri(text);
  assert.ok(uri?.kind === 'sip', text);
  const reached = await tenantReach({ locator, trunks, allowPrivate })(uri);
  return reached.ok ? `to ${reached.value ?? 'itself'}` : reached.error;
}

describe('a SIP URI of a tenant', () => {
  it('is called at the very address that was judged', async () => {
    assert.equal(await ask('sip:jo@pbx.example'), 'to sip:198.41.0.4:5060;transport=udp');
    assert.equal(await ask('sip:jo@pbx.example:5080;transport=tcp'), 'to sip:198.41.0.4:5080;transport=tcp');
    assert.equal(await ask('sip:jo@[2606:4700::1111]'), 'to sip:[2606:4700::1111]:5060;transport=udp');
    assert.equal(await ask('sip:jo@pbx.example;transport=tls'), 'to itself');
  });

  it('leads into no private network, however it is written', async () => {
    for (const host of [
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.0.1:9464',
      '169.254.169.254',
      '100.64.0.1',
      '[::1]',
      '[fe80::1]',
      '[fd00::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      'inside.example',
      'metadata.example',
    ]) {
      assert.match(await ask(`sip:jo@${host};transport=tcp`), /is not allowed/, host);
    }
    assert.match(await ask('sip:jo@nowhere.invalid'), /names no way/);
    assert.match(await ask('sip:jo@pbx.example;maddr=10.0.0.1'), /maddr/);
    assert.match(await ask('sip:jo@inside.example', true), /^to sip:10\.0\.0\.9/);
    assert.match(await ask('sip:jo@0.0.0.0', true), /is not allowed/);
  });

  it('leads to no carrier, past routes, guards and prices', async () => {
    for (const host of [
      '193.0.14.129',
      '193.0.14.200:5080',
      '[::ffff:193.0.14.7]',
      '[::ffff:199.7.83.42]',
      '199.7.83.42:5062',
      'alias.example',
    ])
      for (const params of ['', ';transport=tcp', ';transport=tls'])
        for (const allowPrivate of [false, true])
          assert.match(
            await ask(`sip:+88213@${host}${params}`, allowPrivate),
            /is a carrier's/,
            host + params,
          );
    // A laboratory's, all on one machine.
    assert.match(await ask('sip:+88213@127.0.0.1:5070'), /is not allowed/);
    assert.match(await ask('sip:jo@127.0.0.1:5070', true), /^to /);
  });
});
