/** The lab's people answer as a directory does. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createLabPeople } from '#adapters/simulator/lab-people.ts';
import { runInsideTransaction } from '#core/ports/inside-transaction.ts';

describe('the lab’s people', () => {
  it('are five by default, each in a group', async () => {
    const directory = createLabPeople();

    const people = await directory.listPeople();

    assert.deepEqual(
      people.map((it) => `${it.name} ${it.login} ${it.state}`),
      ['Ann Berg ann', 'Bob Stein bob', 'Eva Lang eva', 'Carl Wu carl', 'Dora Lind dora'].map(
        (it) => `${it} active`,
      ),
    );
    const leads = await directory.findGroup('ops-leads');
    const members = await directory.listMembers(leads?.id ?? '');
    assert.deepEqual(
      members.people.map((it) => it.login),
      ['bob', 'eva'],
    );
    assert.deepEqual(members.unreadable, []);
  });

  it('are found by id and by login, in any case of letters; others are not', async () => {
    const directory = createLabPeople();

    const ann = await directory.findByLogin('ANN');

    assert.deepEqual(await directory.findAccount(ann?.id ?? ''), ann);
    assert.equal(await directory.findByLogin('an'), undefined);
    assert.equal(await directory.findAccount('ann'), undefined);
    assert.equal(await directory.findGroup('ops'), undefined);
  });

  it('B27 belong to nested groups too, and members that cannot be read are named', async () => {
    const directory = createLabPeople({
      people: [{ login: 'ann', name: 'Ann', groups: ['inner'], state: 'locked' }],
      groups: [
        { name: 'inner', id: 'S-1', groups: ['outer'], unreadable: ['CN=Ghost'] },
        { name: 'outer', id: 'S-2', groups: ['inner'] },
      ],
    });

    const ann = await directory.findByLogin('ann');

    assert.deepEqual([ann?.groupIds, ann?.state], [['S-1', 'S-2'], 'locked']);
    const outer = await directory.listMembers('S-2');
    assert.deepEqual([outer.people.length, outer.unreadable], [1, ['CN=Ghost']]);
  });

  it('from a file are read again when it was changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-people-'));
    const file = join(folder, 'people.json');
    const write = (state: string) =>
      writeFileSync(file, JSON.stringify([{ login: 'bob', name: 'Bob Stein', state }]));
    write('active');
    const directory = createLabPeople(file);

    const before = await directory.findByLogin('bob');
    write('disabled');
    const after = await directory.findByLogin('bob');

    assert.deepEqual([before?.state, after?.state], ['active', 'disabled']);
    assert.equal(before?.id, after?.id);
    writeFileSync(file, 'nonsense');
    await assert.rejects(directory.findByLogin('bob'), { code: 'directory_not_reachable' });
    rmSync(folder, { recursive: true });
    await assert.rejects(directory.listPeople(), { code: 'directory_not_reachable' });
  });

  it('are not asked inside a transaction', async () => {
    const directory = createLabPeople();

    const inside = runInsideTransaction(() => directory.findByLogin('ann'));

    await assert.rejects(inside, { code: 'called_inside_transaction' });
  });

  it('are not reachable, rather than nobody, when their source fails', async () => {
    const directory = createLabPeople(() => {
      throw new Error('down');
    });

    await assert.rejects(directory.findAccount('lab-ann'), { code: 'directory_not_reachable' });
  });
});
