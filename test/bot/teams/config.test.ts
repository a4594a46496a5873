import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isKnownService, TeamsConfig } from '#bot/teams/config.ts';

const good = {
  appId: 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa',
  tenantId: '11111111-1111-1111-1111-111111111111',
  appPassword: 'secret',
  publicUrl: 'https://drover.example',
};
const at = (port: number, path = '') => `http://127.0.0.1:${port}/${path}`;
const local = { openIdUrl: at(1, 'openid'), loginUrl: at(1, 'login'), serviceUrl: at(1) };
const isGood = (config: object) => TeamsConfig.safeParse({ ...good, ...config }).success;

describe('the configuration of Teams', () => {
  it('names one app, one tenant and one secret', () => {
    assert.ok(isGood({}));
    assert.ok(!isGood({ unknown: true }));
  });

  it('lesson S2: refuses an empty or malformed app id, tenant id or secret', () => {
    for (const name of ['appId', 'tenantId', 'appPassword', 'publicUrl']) {
      assert.ok(!isGood({ [name]: '' }), name);
      assert.ok(!isGood({ [name]: undefined }), name);
    }
    assert.ok(!isGood({ appId: `${good.appId} ` }));
    assert.ok(!isGood({ tenantId: 'common' }));
  });

  it('lesson S17: is reached by https alone', () => {
    assert.ok(!isGood({ publicUrl: 'http://drover.example' }));
  });

  it('takes another Teams only on this machine, whole, and only to this machine', () => {
    assert.ok(isGood({ local }));
    assert.ok(!isGood({ local: { ...local, openIdUrl: 'https://login.evil.example/' } }));
    assert.ok(!isGood({ local: { ...local, serviceUrl: 'http://127.0.0.1.evil.example/' } }));
    assert.ok(!isGood({ local: { openIdUrl: local.openIdUrl } }));
    assert.ok(!isGood({ local, host: '0.0.0.0' }));
  });

  it('lesson S6: gives its token to the hosts of the Bot Connector alone', () => {
    const config = TeamsConfig.parse(good);
    const isKnown = (url: string) => isKnownService(config, url);

    assert.ok(isKnown('https://smba.trafficmanager.net/emea/'));
    assert.ok(isKnown('https://europe.api.botframework.com'));
    assert.ok(!isKnown('http://smba.trafficmanager.net/emea/'));
    assert.ok(!isKnown('https://smba.trafficmanager.net:8443/emea/'));
    assert.ok(!isKnown('https://smba.trafficmanager.net.evil.example/'));
    assert.ok(!isKnown('https://evilbotframework.com/'));
    assert.ok(!isKnown('https://smba.trafficmanager.net@evil.example/'));
    assert.ok(!isKnown('http://127.0.0.1/'));
    assert.ok(!isKnown('not an address'));
  });
});
