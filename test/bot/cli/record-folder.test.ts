/** `drover doctor --record`: a folder that takes no files is refused before any host is asked. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labConfig } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { runDrover } from './run-drover.ts';

describe('a folder to record into', () => {
  it('is refused where a file is in the way, or something is in it', async () => {
    using folder = createTemporaryFolder('record');
    const [config, file, full] = ['drover.yaml', 'file', 'full'].map((name) =>
      join(folder.path, name),
    ) as [string, string, string];
    writeFileSync(config, labConfig());
    writeFileSync(file, '');
    mkdirSync(join(full, 'more'), { recursive: true });
    const ask = (record: string) => runDrover(['doctor', '--config', config, '--record', record]);
    const remedy = 'Name a new folder after --record, below one where this account may write.\n';

    assert.deepEqual(await ask(file), {
      code: 2,
      output: `Nothing can be recorded in ${file}: a file of that name is in the way. ${remedy}`,
    });
    assert.deepEqual(await ask(join(file, 'below')), {
      code: 2,
      output: `Nothing can be recorded in ${join(file, 'below')}: a file of that name is in the way. ${remedy}`,
    });
    assert.match((await ask(full)).output, /holds files already: name a new folder/);
    const fresh = join(folder.path, 'new', 'folder');
    assert.doesNotMatch((await ask(fresh)).output, /Nothing can be recorded/);
    assert.ok(existsSync(fresh));
  });

  it('is refused where the kernel takes none', { skip: process.platform !== 'linux' }, async () => {
    using folder = createTemporaryFolder('record');
    const config = join(folder.path, 'drover.yaml');
    writeFileSync(config, labConfig());

    for (const record of ['/proc/drover-record', '/proc/drover-record/below', '/sys/drover']) {
      const { code, output } = await runDrover(['doctor', '--config', config, '--record', record]);

      assert.equal(code, 2);
      assert.match(
        output,
        /^Nothing can be recorded in \S+: (nothing can be written there|Drover’s account may not)\. Name/,
      );
    }
  });
});
