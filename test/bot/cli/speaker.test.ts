import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findSpeaker } from '#bot/cli/speaker.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';

function writeToken(home: string, text: string, mode = 0o600): string {
  const file = join(home, '.config', 'drover', 'token');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

describe('who speaks from a terminal', () => {
  it('is who is named, else whose token is in DROVER_TOKEN, else whose lies in the file', () => {
    using home = createTemporaryFolder('home');
    writeToken(home.path, 'drover_file\n');
    const places = { env: {}, home: home.path };

    assert.deepEqual(findSpeaker('ann', places), { as: 'ann' });
    assert.deepEqual(findSpeaker(undefined, { ...places, env: { DROVER_TOKEN: 'drover_env ' } }), {
      token: 'drover_env',
    });
    assert.deepEqual(findSpeaker(undefined, places), { token: 'drover_file' });
  });

  it('is looked for where XDG_CONFIG_HOME says', () => {
    using home = createTemporaryFolder('home');
    writeToken(home.path, 'drover_file');
    const env = { XDG_CONFIG_HOME: join(home.path, '.config') };

    assert.deepEqual(findSpeaker(undefined, { env, home: '/nowhere' }), { token: 'drover_file' });
  });

  it('is nobody without either, and the file is named', () => {
    using home = createTemporaryFolder('home');
    const file = join(home.path, '.config', 'drover', 'token');

    assert.deepEqual(findSpeaker(undefined, { env: {}, home: home.path }), {
      fault: 'nobody',
      file,
    });
    writeToken(home.path, ' \n');
    assert.deepEqual(findSpeaker(undefined, { env: {}, home: home.path }), {
      fault: 'empty',
      file,
    });
  });

  it('is nobody where others can read the token', () => {
    using home = createTemporaryFolder('home');
    const file = writeToken(home.path, 'drover_file', 0o640);
    const places = { env: {}, home: home.path };

    assert.deepEqual(findSpeaker(undefined, { ...places, platform: 'linux' }), {
      fault: 'readable_by_others',
      file,
    });
    assert.deepEqual(findSpeaker(undefined, { ...places, platform: 'win32' }), {
      token: 'drover_file',
    });
  });
});
