import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labConfig, openTestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

const toConfig = (userData: string) => `${labConfig()}
connections:
  - id: hv
    kind: hyperv
    hosts: ["127.0.0.1:1"]
    user: 'LAB\\drover'
    password: "\${env:HYPERV_PASSWORD}"
    templates:
      - name: debian
        file: 'C:\\templates\\debian.vhdx'
        setUp:
          kind: cloud-init
          userData: ${JSON.stringify(userData)}
`;

describe("a file of a template's set-up", () => {
  it('is named with its setting and line when it is missing, or says nothing', async () => {
    using folder = createTemporaryFolder('set-up');
    const bad = join(folder.path, 'bad.yaml');
    writeFileSync(bad, 'hostname: web-1\n');

    for (const [userData, words] of [
      [
        'nowhere.yaml',
        /line \d+, connections\[0\]\.templates\[0\]\.setUp\.userData: nowhere\.yaml cannot be read/,
      ],
      [bad, /line \d+, connections\[0\]\.templates\[0\]\.setUp\.userData: the first line must say/],
    ] as const) {
      const opening = openTestApp({ config: toConfig(userData), env: { HYPERV_PASSWORD: 'x' } });
      await assert.rejects(opening, { name: 'ConfigRefused', message: words });
    }
  });
});
