/** How the lab tells changes to somebody who is slow. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { newCall, openTestLab } from './open-lab.ts';

it('puts changes together while a batch is taken in, of each object the newest alone', async () => {
  await using test = openTestLab();
  const { vc, lab } = test;
  const mark = await vc.estate.snapshot(async () => {}, newCall().signal);
  const rename = (name: string, to: string) =>
    lab.faults.changeByOthers(vc.id, (it) => it.renameVm(name, to));
  const end = new AbortController();
  const batches: string[][] = [];
  rename('web-01', 'first');

  await vc.estate.changes(
    mark,
    async (changes) => {
      batches.push(changes.map((it) => (it.change === 'seen' ? it.object.body.name : 'gone')));
      if (batches.length === 2) return end.abort();
      rename('first', 'second');
      await new Promise(setImmediate);
      rename('second', 'third');
      return undefined;
    },
    end.signal,
  );

  assert.deepEqual(batches, [['first'], ['third']]);
});

it('shows the objects as they were when a snapshot began, and the rest as changes', async () => {
  await using test = openTestLab();
  const { vc, lab } = test;
  let names: readonly string[] = [];

  const mark = await vc.estate.snapshot(async (page) => {
    names = page.map((it) => it.body.name);
    lab.faults.changeByOthers(vc.id, (it) => it.renameVm('web-01', 'later'));
  }, newCall().signal);

  assert.ok(names.includes('web-01'));
  const end = new AbortController();
  await vc.estate.changes(
    mark,
    async ([change]) => {
      assert.ok(change?.change === 'seen' && change.object.body.name === 'later');
      end.abort();
    },
    end.signal,
  );
});
