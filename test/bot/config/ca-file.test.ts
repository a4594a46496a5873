import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labConfig, openTestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const toConfig = (caFile: string) => `${labConfig()}
connections:
  - id: vc
    kind: vcenter
    url: https://127.0.0.1:1/sdk
    user: drover@vsphere.local
    password: "\${env:VCENTER_PASSWORD}"
    caFile: ${JSON.stringify(caFile)}
`;

describe('the authority of a vCenter', () => {
  it('is named with its line when its file is missing, or holds no certificate', async () => {
    using folder = createTemporaryFolder('ca');
    const empty = join(folder.path, 'empty.pem');
    writeFileSync(empty, '');

    for (const [caFile, words] of [
      ['nowhere.pem', /line \d+, connections\[0\]\.caFile: .*nowhere\.pem/],
      [empty, /line \d+, connections\[0\]\.caFile: .*empty\.pem holds no certificate in PEM/],
    ] as const) {
      const opening = openTestApp({ config: toConfig(caFile), env: { VCENTER_PASSWORD: 'x' } });
      await assert.rejects(opening, { name: 'ConfigRefused', message: words });
    }
  });
});
