import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';
import { projectFolder } from '../helpers/peers/vcenter-build.ts';

const head =
  "import { describe, it } from 'node:test';\nimport assert from 'node:assert/strict';\n";

/** Runs `npm test` on files of these texts. */
function runTests(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  using folder = createTemporaryFolder('run');
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), head + text);
  }
  // A run inside a run does nothing, by Node's own choice; and CI is asked for, not inherited.
  const { NODE_TEST_CONTEXT, CI, ...env } = process.env;
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(projectFolder, 'test/run.ts'), relative(projectFolder, folder.path), ...args],
    { cwd: projectFolder, env, encoding: 'utf8' },
  );
  return { stdout, status };
}

describe('npm test', () => {
  it('says in one line that all passed', () => {
    const { stdout, status } = runTests({
      'a.test.ts': "it('one', () => {});\nit('two', () => {});\n",
    });

    assert.match(
      stdout,
      /^2 passed, 0 failed in 1 files, [\d.]+ s; slowest \S+a\.test\.ts [\d.]+ s\.\n$/,
    );
    assert.equal(status, 0);
  });

  it('prints a failure in full, once, with its place and what its file printed', () => {
    const { stdout, status } = runTests({
      'a.test.ts': "it('passes', () => console.log('quiet'));\n",
      'b.test.ts': `console.log('a hint');
        describe('outer', () => {
          it('differs', () => assert.deepEqual({ a: 1 }, { a: 2 }));
        });\n`,
    });

    assert.match(stdout, /^✗ outer › differs\n {2}\S+b\.test\.ts:5\n/);
    assert.match(stdout, /\+ {3}a: 1\n\s*- {3}a: 2/);
    assert.match(stdout, /printed by \S+b\.test\.ts:\na hint\n/);
    assert.doesNotMatch(stdout, /quiet/);
    assert.match(stdout, /\n1 passed, 1 failed in 2 files/);
    assert.equal(status, 1);
  });

  it('names the suite around a contract that fails, and prints what its file printed', () => {
    const { stdout } = runTests({
      'a.test.ts': `import { keepsIt } from './contract.ts';
        console.log('a hint');
        describe('on SQLite', () => keepsIt());\n`,
      'contract.ts': "export const keepsIt = () => it('keeps it', () => assert.ok(false));\n",
    });

    assert.match(stdout, /^✗ on SQLite › keeps it\n {2}\S+contract\.ts:3\n/);
    assert.match(stdout, /printed by \S+a\.test\.ts:\na hint\n/);
  });

  it('fails with a file that does not load', () => {
    const { stdout, status } = runTests({ 'a.test.ts': "throw new Error('broken file');\n" });

    assert.match(stdout, /broken file/);
    assert.match(stdout, /0 passed, 1 failed/);
    assert.equal(status, 1);
  });

  it('fails with a file that leaves a timer behind, and says so', () => {
    const { stdout, status } = runTests({
      'a.test.ts': "it('forgets', () => void setInterval(() => {}, 1000));\n",
    });

    assert.match(stdout, /the tests are over, and left open: Timeout\n/);
    assert.match(stdout, /1 passed, 1 failed/);
    assert.equal(status, 1);
  });

  it('says what was left out for want of a peer, apart from what is skipped', () => {
    const { stdout, status } = runTests({
      'a.test.ts': `it('runs', () => {});
        it('waits', { skip: 'needs the peer vcsim' }, () => {});
        it('waits too', { skip: 'needs the peer vcsim' }, () => {});
        describe('wait', { skip: 'needs the peer postgres' }, () => { it('x', () => {}); });
        it.todo('later');\n`,
    });

    assert.match(
      stdout,
      /^Left out: 2 need vcsim, 1 need postgres \(npm run peers -- install\)\.\n/,
    );
    assert.match(stdout, /\n1 passed, 0 failed, 1 skipped in 1 files/);
    assert.equal(status, 0);
  });

  it('takes a part of the names, and fails when nothing is run', () => {
    const files = { 'a.test.ts': "it('H07 one', () => {});\nit('two', () => { throw 1; });\n" };

    assert.match(runTests(files, '--name=H07').stdout, /^1 passed, 0 failed/);
    assert.equal(runTests(files, '--name=H08').status, 1);
    assert.match(runTests({}).stdout, /^No test file matches /);
    assert.equal(runTests({}).status, 1);
  });
});

describe('a temporary folder', () => {
  it('goes at the end, and takes those of killed processes with it', () => {
    using parent = createTemporaryFolder('parent');
    const left = join(parent.path, 'drover-x-999999999-abcdef');
    const foreign = join(parent.path, 'drover-y-999999999-abcdef');
    for (const path of [left, foreign]) mkdirSync(path);
    let made = '';
    {
      using folder = createTemporaryFolder('x', parent.path);
      made = folder.path;

      assert.ok(existsSync(made));
      assert.ok(!existsSync(left));
      assert.ok(existsSync(foreign));
    }

    assert.ok(!existsSync(made));
  });
});
