import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../../control/addresses/address.ts';
import type { AddressRequirement } from '../../control/inventory/number.ts';
import { addressFault } from '../../edge/api/number-purchase.ts';
import { readSearch } from '../../edge/api/number-search.ts';
import { ParamList } from '../../edge/api/params.ts';

const read = (query: Record<string, string>) =>
  readSearch(ParamList.of(Object.entries(query)), 'US', 'local');

const wanted = (query: Record<string, string>) => {
  const search = read(query);
  assert.ok(search.ok);
  return search.value;
};

describe('the filters of AvailablePhoneNumbers', () => {
  it('say nothing that was not asked', () => {
    assert.deepEqual(wanted({}), { country: 'US', type: 'local', capabilities: {} });
  });

  it('name places, near and exactly', () => {
    const { near, distanceMiles, region, postalCode, locality, rateCenter, lata } = wanted({
      NearLatLong: '40.71, -74.00',
      NearNumber: '+12125550101',
      Distance: '10',
      InRegion: 'NY',
      InPostalCode: '10001',
      InLocality: 'New York',
      InRateCenter: 'NWYRCYZN01',
      InLata: '132',
    });
    assert.deepEqual([near, distanceMiles], [{ latitude: 40.71, longitude: -74 }, 10]);
    assert.deepEqual(
      [region, postalCode, locality, rateCenter, lata],
      ['NY', '10001', 'New York', 'NWYRCYZN01', '132'],
    );
    assert.deepEqual(wanted({ NearNumber: ' 12125550101' }).near, { e164: '+12125550101' });
  });

  it('leave out numbers whose rules ask for an address', () => {
    const excluded = (query: Record<string, string>) => wanted(query).excludeAddressRequired;
    assert.deepEqual(excluded({ ExcludeAllAddressRequired: 'true' }), ['any', 'local', 'foreign']);
    assert.deepEqual(
      excluded({ ExcludeLocalAddressRequired: 'true', ExcludeForeignAddressRequired: 'true' }),
      ['local', 'foreign'],
    );
    assert.equal(excluded({ ExcludeLocalAddressRequired: 'false' }), undefined);
    assert.equal(wanted({ Beta: 'false' }).beta, false);
  });

  it('are refused, whatever they are, without an exception', () => {
    const names = ['AreaCode', 'Contains', 'NearLatLong', 'NearNumber', 'Distance', 'InRegion', 'Beta'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), (name, text) => {
        const search = read({ [name]: text });
        assert.ok(search.ok || [20422, 21451].includes(search.error.code));
      }),
    );
  });
});

describe('the address that a number asks for', () => {
  const codeOf = (addressRequirement: AddressRequirement, isoCountry?: string) => {
    const address = isoCountry === undefined ? undefined : ({ isoCountry } as Address);
    return addressFault({ addressRequirement, place: { country: 'FR' } }, address)?.code;
  };

  it('is any, one in its own country, or one outside of it', () => {
    assert.equal(codeOf('none'), undefined);
    for (const requirement of ['any', 'local', 'foreign'] as const) assert.equal(codeOf(requirement), 21631);
    assert.deepEqual([codeOf('any', 'FR'), codeOf('any', 'ES')], [undefined, undefined]);
    assert.deepEqual([codeOf('local', 'FR'), codeOf('local', 'ES')], [undefined, 21615]);
    assert.deepEqual([codeOf('foreign', 'FR'), codeOf('foreign', 'ES')], [21631, undefined]);
  });
});
