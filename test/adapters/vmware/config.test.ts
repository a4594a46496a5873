import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VcenterConfig } from '#adapters/vmware/config.ts';

const GOOD = {
  ...{ id: 'vc-1', kind: 'vcenter', url: 'https://vcenter.example.com' },
  ...{ user: 'drover@vsphere.local', password: 'x' },
};

describe('the configuration of a vCenter', () => {
  it('takes an address with or without /sdk', () => {
    for (const path of ['', '/', '/sdk', '/sdk/']) {
      const { url } = VcenterConfig.parse({ ...GOOD, url: `https://vc.example.com:8443${path}` });

      assert.equal(url, 'https://vc.example.com:8443/sdk');
    }
  });

  it('refuses plain http, other paths and a password in the address', () => {
    for (const url of [
      'http://vc.example.com/sdk',
      'https://vc.example.com/ui',
      'https://user:secret@vc.example.com/sdk',
      'vc.example.com',
    ]) {
      assert.equal(VcenterConfig.safeParse({ ...GOOD, url }).success, false, url);
    }
  });

  it('has no switch that turns verification off', () => {
    for (const extra of [{ insecure: true }, { rejectUnauthorized: false }, { verify: false }]) {
      assert.equal(VcenterConfig.safeParse({ ...GOOD, ...extra }).success, false);
    }
  });

  it('takes a thumbprint in either spelling, and not beside an authority', () => {
    const digits = 'ab'.repeat(32);
    const spelled = digits.match(/../g)?.join(':');

    assert.equal(
      VcenterConfig.parse({ ...GOOD, thumbprint: spelled }).thumbprint,
      digits.toUpperCase(),
    );
    assert.equal(VcenterConfig.safeParse({ ...GOOD, thumbprint: 'ab:cd' }).success, false);
    const both = { thumbprint: digits, caFile: 'ca.pem' };
    assert.equal(VcenterConfig.safeParse({ ...GOOD, ...both }).success, false);
  });
});
