import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { launchChromium } from '../helpers/peers/chromium.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';

describe('Chromium', needsPeer('chromium'), () => {
  it('runs scripts and draws emoji', async () => {
    await using browser = await launchChromium();
    const page = await browser.newPage();

    await page.setContent('<p>✅ 1</p><script>document.title = 2 + 3</script>');

    assert.equal(await page.title(), '5');
    assert.equal(await page.locator('p').textContent(), '✅ 1');
    assert.ok((await page.locator('p').screenshot()).length > 100);
  });
});
