/** Storage that does not fit is refused or holds changes, under its true name (H38, B69). */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, it } from 'node:test';
import type { Parts } from '#bot/drover.ts';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import { OperationError } from '#core/errors.ts';
import { eventually, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { alterBy, hurry } from './alterations.ts';
import { byOthers, deedsOf, findVm, readJob, receive } from './look.ts';
import { faultsOf, stepsOf } from './moves-stage.ts';

async function refusalOf(opening: Promise<TestApp>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof OperationError)) throw error ?? new Error('it was not refused');
  return ERROR_WORDS[error.code](error.facts);
}

/** From `fill` on no transaction is written, as on a full disk. */
function createDisk() {
  let isFull = false;
  const alter = (parts: Parts): Parts => ({
    ...parts,
    store: {
      ...parts.store,
      async transact(work) {
        if (isFull) throw new OperationError('storage_full', 'not_started');
        return parts.store.transact(work);
      },
    },
  });
  return {
    alter,
    fill: () => {
      isFull = true;
    },
    makeRoom: () => {
      isFull = false;
    },
  };
}

describe('a data folder', { timeout: 60_000 }, () => {
  it('H38 B69 that another Drover uses is refused, with that process and its host', async () => {
    await using first = await openTestApp();

    const words = await refusalOf(openTestApp({ dataFolder: first.dataFolder }));

    assert.match(words, new RegExp(`process ${process.pid} on ${hostname()}`));
    assert.ok(words.includes(first.dataFolder), words);
    const [vm] = first.drover.house.index.byName('vm', 'app-01');
    assert.ok(vm);
  });

  const linux = { skip: process.platform !== 'linux' };
  it(
    'H38 B69 that is no folder, or in which nothing can be written, is refused as that',
    linux,
    async () => {
      using folder = createTemporaryFolder('unfit');
      const file = `${folder.path}/file`;
      writeFileSync(file, '');

      const noFolder = await refusalOf(openTestApp({ dataFolder: `${file}/data` }));
      // Root may write where permissions say no, but not where the kernel does.
      const readOnly = await refusalOf(openTestApp({ dataFolder: '/sys/kernel' }));

      assert.match(noFolder, /cannot be used: it is no folder/);
      assert.match(
        readOnly,
        /The data folder \/sys\/kernel cannot be used: nothing can be written/,
      );
    },
  );

  it('H38 whose database is something else is refused as that, and it is left alone', async () => {
    using folder = createTemporaryFolder('other');
    writeFileSync(`${folder.path}/drover.db`, 'a letter to my aunt, '.repeat(500));

    const words = await refusalOf(openTestApp({ dataFolder: folder.path }));

    assert.match(words, /its database file is something else/);
    assert.doesNotMatch(words, /damaged/);
  });

  it('H38 B69 without room takes nothing new, follows what runs, and writes its end when there is room', async () => {
    const disk = createDisk();
    await using app = await openTestApp({ alter: alterBy(disk.alter, hurry) });
    // It lasts until that is answered, so the disk is full before it ends.
    faultsOf(app).ask('stop', 'Go on?', { vm: 'app-01' });
    await app.say('carl', 'vm stop app-01');
    await app.say('bob', 'approval approve R-1');
    await eventually(async () => (await stepsOf(app)).some(({ state }) => state === 'started'));
    disk.fill();

    const taken = await receive(app, 'carl', { text: 'vm stop app-02' }).catch(
      (error: OperationError) => error.code,
    );
    byOthers(app, (console) => console.answerQuestion('app-01'));
    await eventually(() => app.drover.lab?.history()[0]?.state === 'done');
    const during = await readJob(app, 1);
    disk.makeRoom();
    const state = await app.jobEnd(1);

    assert.equal(taken, 'storage_full');
    assert.match(ERROR_WORDS.storage_full({}), /Drover's disk is full; nothing new is taken/);
    assert.equal(during.endedAt, null);
    assert.match(state, /^done/);
    assert.equal(findVm(app, 'app-02').body.power, 'on');
    assert.deepEqual(deedsOf(app), ['stop']);
  });
});
