/** Names of configured groups: pinned when first read, compared ever after. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { readGroups } from '#bot/read-groups.ts';
import { OperationError } from '#core/errors.ts';
import type { Directory, Group } from '#core/ports/directory.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { LEADS, NAMES, openPinned, WEB } from './open-pinned.ts';

const OTHER = { id: 'S-1-other', name: 'web-team' };

/** What stands in the store, without when. */
async function pinsOf({ listPins }: Awaited<ReturnType<typeof openPinned>>) {
  return (await listPins()).map(({ name, groupId, configKey }) => [name, groupId, configKey]);
}

describe('the groups that a configuration names', () => {
  it('H28 are pinned when they are first read, with where they stood, and that is audited', async () => {
    await using pinned = await openPinned();

    const groups = await readGroups(pinned, NAMES);
    await readGroups(pinned, NAMES);

    assert.deepEqual([...groups.keys()], ['web-team', 'leads']);
    assert.equal(groups.get('web-team')?.id, WEB.id);
    assert.equal(groups.get('web-team')?.disagreement, undefined);
    assert.deepEqual(await pinsOf(pinned), [
      ['leads', LEADS.id, 'policies.ask.decide.from'],
      ['web-team', WEB.id, 'roles.web.members'],
    ]);
    const events = await pinned.store.read((reads) =>
      reads.audit.list({ event: 'group_pinned', limit: 9 }),
    );
    assert.equal(events.length, 2);
    assert.match(events[1]?.body ?? '', /"groupId":"S-1-web","name":"web-team","source":"lab"/);
  });

  it('H28 disagree, with both named, when the name is another group’s, and agree again afterwards', async () => {
    await using pinned = await openPinned();
    await readGroups(pinned, NAMES);
    pinned.world.groups = [{ ...WEB, name: 'web-crew' }, OTHER, LEADS];

    const parted = (await readGroups(pinned, NAMES)).get('web-team');
    pinned.world.groups = [WEB, LEADS];
    const again = (await readGroups(pinned, NAMES)).get('web-team');

    assert.equal(parted?.id, WEB.id);
    assert.deepEqual(parted?.disagreement, {
      ...{ written: 'web-team', pinnedId: WEB.id, pinnedName: 'web-crew' },
      ...{ nowId: OTHER.id, code: 'another_group' },
    });
    assert.equal(again?.disagreement, undefined);
    assert.deepEqual((await pinsOf(pinned))[1], ['web-team', WEB.id, 'roles.web.members']);
  });

  it('H28 disagree when nobody has the name, several have it, or a mail list', async () => {
    await using pinned = await openPinned();
    await readGroups(pinned, NAMES);
    const failing = (code: 'group_ambiguous' | 'group_not_security') => ({
      async findGroup(name: string): Promise<Group | undefined> {
        if (name === WEB.name) throw new OperationError(code, 'not_started', { group: name });
        return pinned.directory.findGroup(name);
      },
    });
    const stateWith = async (directory: Pick<Directory, 'findGroup'>) =>
      (await readGroups({ ...pinned, directory }, NAMES)).get('web-team')?.disagreement;

    for (const code of ['group_ambiguous', 'group_not_security'] as const) {
      const found = await stateWith(failing(code));
      assert.deepEqual([found?.code, found?.nowId, found?.pinnedName], [code, null, 'web-team']);
    }
    pinned.world.groups = [LEADS];
    const gone = await stateWith(pinned.directory);
    assert.deepEqual([gone?.code, gone?.nowId, gone?.pinnedName], ['no_group', null, null]);
  });

  it('H28 H09 hold as pinned while the directory does not answer, and none is pinned then', async () => {
    await using pinned = await openPinned();
    pinned.world.isAway = true;
    await assert.rejects(readGroups(pinned, NAMES), { code: 'directory_not_reachable' });
    assert.deepEqual(await pinsOf(pinned), []);
    pinned.world.isAway = false;
    await readGroups(pinned, NAMES);
    pinned.world.isAway = true;

    const web = (await readGroups(pinned, NAMES)).get('web-team');

    assert.deepEqual([web?.id, web?.disagreement], [WEB.id, undefined]);
    assert.equal(web?.notCompared, 'directory_not_reachable');
    const more = [...NAMES, { name: 'new', key: 'roles.new.members' }];
    await assert.rejects(readGroups(pinned, more), { code: 'directory_not_reachable' });
    assert.equal((await pinsOf(pinned)).length, 2);
  });

  it('H28 are not pinned while one of them is not there: that start is refused', async () => {
    await using pinned = await openPinned();
    const names = [...NAMES, { name: 'mistyped', key: 'roles.x.members' }];

    const groups = await readGroups(pinned, names);

    assert.equal(groups.get('mistyped'), undefined);
    assert.deepEqual(await pinsOf(pinned), []);
  });

  it('H28 may be named by their id, which nobody can take', async () => {
    await using pinned = await openPinned();
    const byId = [{ name: WEB.id, key: 'roles.web.members' }];
    await readGroups(pinned, byId);
    pinned.world.groups = [{ ...WEB, name: 'web-crew' }, OTHER];

    const group = (await readGroups(pinned, byId)).get(WEB.id);

    assert.deepEqual(
      [group?.id, group?.name, group?.disagreement],
      [WEB.id, 'web-crew', undefined],
    );
  });

  it('H28 have one pin when two processes read them at once, and who came second compares', async () => {
    using folder = createTemporaryFolder('pins');
    const databaseUrl = `sqlite:${folder.path}/`;
    await using one = await openPinned({ databaseUrl });
    // The other one's directory already has the name at another group.
    const other = { findGroup: async (name: string) => (name === 'leads' ? LEADS : OTHER) };
    const { promise: bothHaveRead, resolve } = Promise.withResolvers<void>();
    let reading = 2;
    const meeting = (directory: Pick<Directory, 'findGroup'>) => ({
      async findGroup(name: string) {
        const found = await directory.findGroup(name);
        if (name === 'web-team') reading -= 1;
        if (reading === 0) resolve();
        await bothHaveRead;
        return found;
      },
    });

    const both = await Promise.all(
      [one.directory, other].map((directory) =>
        readGroups({ ...one, directory: meeting(directory) }, NAMES),
      ),
    );

    assert.equal((await pinsOf(one)).length, 2);
    const [web, rival] = both.map((groups) => groups.get('web-team'));
    assert.equal(web?.id, rival?.id);
    const parted = both.filter((groups) => groups.get('web-team')?.disagreement);
    assert.equal(parted.length, 1);
  });

  it('H28 are pinned by the next start when the first was killed between reading and pinning', async () => {
    using folder = createTemporaryFolder('pins');
    const databaseUrl = `sqlite:${folder.path}/`;
    const script = new URL('read-groups-and-die.ts', import.meta.url).pathname;

    const dying = promisify(execFile)(process.execPath, [script, databaseUrl]);

    await assert.rejects(dying, { signal: 'SIGKILL' });
    await using pinned = await openPinned({ databaseUrl });
    assert.deepEqual(await pinsOf(pinned), []);
    await readGroups(pinned, NAMES);
    assert.equal((await pinsOf(pinned)).length, 2);
  });
});
