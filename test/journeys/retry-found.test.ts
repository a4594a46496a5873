/** What earlier tries left is found before anything is sent: effects under the job's tokens, and steps of another version. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { type Alter, alterBy, hurry } from './alterations.ts';
import { byOthers, deedsOf, readJob, untilKnown } from './look.ts';
import { alterKind, faultsOf, stepsOf } from './moves-stage.ts';
import { CREATE, openFailed } from './retry-stage.ts';

const RETRY = 'job retry J-1';

async function sayLine(app: TestApp, person: string, line: string): Promise<string> {
  return textOf(await app.say(person, line)).replaceAll(/\s+/g, ' ');
}

/** Until it is shown, nothing can tell whether the VM was made. */
function hideClone(): { readonly alter: Alter; show(): void } {
  let isHidden = true;
  const alter = alterKind('clone-vm', (kind) => ({
    ...kind,
    look: async (...given) => (isHidden ? { found: 'cannot_tell' } : kind.look(...given)),
    verify: async (...given) => (isHidden ? { verdict: 'cannot_tell' } : kind.verify(...given)),
  }));
  return {
    alter,
    show() {
      isHidden = false;
    },
  };
}

describe('an effect of an earlier try', { timeout: 60_000 }, () => {
  it('H13 is found under its token: the VM that was made is made no second time', async () => {
    const clone = hideClone();
    const isFirst = { look: true };
    const first = alterKind('clone-vm', (kind) => ({
      ...kind,
      async look(...given) {
        if (!isFirst.look) return kind.look(...given);
        isFirst.look = false;
        return { found: 'nothing' };
      },
    }));
    await using app = await openTestApp({ alter: alterBy(hurry, clone.alter, first) });
    faultsOf(app).dropAnswer('follow', { when: 'after' });
    await app.say('ann', CREATE);
    await app.say('bob', 'approval approve R-1');
    await eventually(async () => (await app.audit('gate_opened')).length > 0);
    await app.say('carl', 'job show J-1');
    await app.click('carl', 'It did not happen');
    const failed = await app.jobEnd(1);
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 1);
    clone.show();

    const answer = await sayLine(app, 'ann', RETRY);
    const state = await app.jobEnd(1);

    assert.equal(failed, 'failed');
    assert.match(answer, /J-1 goes on/);
    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('is none of somebody else’s VM that bears its name by now: that stands in the way', async () => {
    await using app = await openFailed({ refuse: 'clone' });
    const other = await findBeside(app);
    byOthers(app, (console) => console.renameVm(other.body.name, 'web-07'), other.connectionId);
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 1);

    const answer = await sayLine(app, 'ann', RETRY);

    assert.match(answer, /J-1 is not retried .*web-07.* Once that is settled: job retry J-1/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('is never to be settled where its template is no more: it is asked for anew', async () => {
    await using app = await openFailed({ refuse: 'clone' });
    const { connectionId } = await findBeside(app);
    const all = app.drover.house.index.byName('template', 'ubuntu-24');
    const id = all.find((one) => one.connectionId === connectionId)?.id ?? '';
    byOthers(app, (console) => console.replaceTemplate('ubuntu-24'), connectionId);
    await untilKnown(app, (index) => index.get('template', id) === undefined);

    const answer = await sayLine(app, 'ann', RETRY);

    assert.match(answer, /The template ubuntu-24 is no more, .*Ask anew: vm create web-07/);
    assert.doesNotMatch(answer, /Once that is settled/);
  });
});

/** A VM in the folder that web-07 comes to. */
async function findBeside(app: TestApp) {
  const [clone] = await stepsOf(app);
  if (!clone) throw new Error('J-1 has no step');
  const { folder } = clone.input as unknown as { folder: { connectionId: string; handle: string } };
  const { index } = app.drover.house;
  for (const vm of index.all('vm'))
    if (vm.connectionId === folder.connectionId && vm.body.folderHandle === folder.handle)
      return vm;
  throw new Error('there is no VM in that folder');
}

describe('a retry whose quota somebody else has taken', { timeout: 60_000 }, () => {
  it('is refused with the lines that are over', async () => {
    const config = labConfig((text) => text.replace('member: { vms: 10', 'member: { vms: 1'));
    await using app = await openFailed({ refuse: 'clone', config });
    await app.say('ann', 'vm create web-08 --template ubuntu-24');

    const answer = await sayLine(app, 'ann', RETRY);

    assert.match(answer, /J-1 is not retried Over quota: .*of 1 VMs/);
    assert.equal((await readJob(app, 1)).state, 'failed');
  });
});

describe('a step that an older version had planned', { timeout: 60_000 }, () => {
  const withoutStart: Alter = (parts) => ({
    ...parts,
    listStepKinds: (...given) =>
      parts.listStepKinds(...given).filter(({ name }) => name !== 'start-made-vm'),
  });

  it('H36 is planned anew where nothing of it was ever sent', async () => {
    using folder = createTemporaryFolder('retry');
    {
      const alter = alterBy(hurry, withoutStart);
      await using app = await openTestApp({ dataFolder: folder.path, alter });
      await app.say('ann', CREATE);
      await app.say('bob', 'approval approve R-1');
      assert.equal(await app.jobEnd(1), 'failed');
    }
    await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });

    await app.say('ann', RETRY);
    const state = await app.jobEnd(1);

    assert.equal(state, 'done');
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('H36 is refused where an order may have gone out', async () => {
    using folder = createTemporaryFolder('retry');
    {
      const reached = Promise.withResolvers<void>();
      const dies = alterKind('start-made-vm', (kind) => ({
        ...kind,
        act(_input, { signal }) {
          reached.resolve();
          return untilAborted(signal);
        },
      }));
      await using app = await openTestApp({
        dataFolder: folder.path,
        alter: alterBy(hurry, dies),
      });
      await app.say('ann', CREATE);
      await app.say('bob', 'approval approve R-1');
      await reached.promise;
    }
    {
      const alter = alterBy(hurry, withoutStart);
      await using app = await openTestApp({ dataFolder: folder.path, alter });
      assert.equal(await app.jobEnd(1), 'failed');
    }
    await using app = await openTestApp({ dataFolder: folder.path, alter: hurry });

    const answer = await sayLine(app, 'ann', RETRY);

    assert.match(answer, /begun by an older version of Drover, .*ask anew: vm create web-07/);
  });
});

/** The process ends in the middle of the act: nothing is concluded, as after a kill. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
