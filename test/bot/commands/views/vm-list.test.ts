/** `vm list`: who sees what, how it is narrowed down, and what is said of what is not known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EstateFile } from '#adapters/simulator/estate-file.ts';
import { generateEstate } from '#adapters/simulator/generate-estate.ts';
import { loadEstate } from '#adapters/simulator/load-estate.ts';
import type { Draft } from '#bot/cards/draft.ts';
import { createEstateIndex, type EstateIndex } from '#core/inventory/estate-index.ts';
import type { EstateObject } from '#core/inventory/estate-object.ts';
import { make, type Own } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, ask, askText, BOB, makeHouse, minutesAgo, toText } from './view-house.ts';

const PLACES = [
  make('cluster', 'c-1', { body: { name: 'C1' } }),
  make('host', 'host-1', { body: { name: 'esx-07', clusterHandle: 'c-1' } }),
  make('host', 'host-2', { body: { name: 'esx-08' } }),
  make('folder', 'f-web', { body: { name: 'web', path: '/prod/web' } }),
  make('folder', 'f-dev', { body: { name: 'dev', path: '/dev' } }),
];
const vm = (name: string, body: Own<'vm'>['body'] = {}, own: Own<'vm'> = {}) =>
  make('vm', own.handle ?? name, { ...own, body: { name, folderHandle: 'f-web', ...body } });

const namesIn = (draft: Draft) =>
  draft.body.flatMap((block) => (block.block === 'table' ? block.rows.map(([name]) => name) : []));

describe('vm list', () => {
  it('shows each VM with state, size, place and owner', async () => {
    const house = makeHouse({ objects: [...PLACES, vm('web-07', {}, { ownerId: ANN.id })] });

    const text = await askText(house, 'vm list');

    assert.match(text, /^VMs +1\n/);
    assert.match(text, /web-07 +on +2 vCPU · 4 GiB +vc · esx-07 · \/prod\/web +Ann Berg$/);
  });

  it('narrows down by every option, each value exact', async () => {
    const objects = [
      ...PLACES,
      vm('web-07', {}, { ownerId: ANN.id }),
      vm('web-08', { hostHandle: 'host-2', power: 'off' }, { ownerId: BOB.id }),
      vm('dev-1', { folderHandle: 'f-dev' }),
    ];
    const house = makeHouse({ objects });
    const list = async (options: string) => namesIn(await ask(house, `vm list ${options}`));

    assert.deepEqual(await list('--cluster C1'), ['dev-1', 'web-07']);
    assert.deepEqual(await list('--host esx-08'), ['web-08']);
    assert.deepEqual(await list('--folder /prod'), ['web-07', 'web-08']);
    assert.deepEqual(await list('--folder dev'), ['dev-1']);
    assert.deepEqual(await list('--state off'), ['web-08']);
    assert.deepEqual(await list('--owner me'), ['web-07']);
    assert.deepEqual(await list('--owner bob'), ['web-08']);
    assert.deepEqual(await list('--match "web-*" --connection vc --limit 1'), ['web-07']);
    for (const none of [
      '--host esx',
      '--cluster c1',
      '--match web',
      '--folder /pro',
      '--connection v',
    ])
      assert.deepEqual(await list(none), []);
  });

  it('offers the nearest value when none is as typed, and the pattern when a whole name was meant', async () => {
    const house = makeHouse({ objects: [...PLACES, vm('web-07')] });
    const buttons = async (text: string) =>
      (await ask(house, text)).actions.map(({ args }) => args);

    assert.deepEqual(await buttons('vm list --host esx-O7 --state on'), [
      { text: 'vm list --host esx-07 --state on' },
    ]);
    assert.deepEqual(await buttons('vm list --match eb'), [{ text: 'vm list --match *eb*' }]);
    assert.deepEqual(await buttons('vm list --owner amn'), [{ text: 'vm list --owner ann' }]);
  });

  it('H09 tells a place that holds none from one that is not there, of those that one may see', async () => {
    const objects = [
      ...PLACES,
      vm('web-07'),
      make('host', 'host-9', { body: { name: 'esx-09' } }),
      make('folder', 'f-empty', { body: { name: 'empty', path: '/empty' } }),
      make('folder', 'f-other', { connectionId: 'hv', body: { name: 'other', path: '/other' } }),
    ];
    const roles = [
      makeRole({ allow: ['vm.*', 'host.*'], scope: { connections: ['vc'] } }),
      makeRole({ allow: ['cluster.list'] }),
    ];
    const house = makeHouse({ objects, roles, states: { vc: {}, hv: {} } });

    assert.match(
      await askText(house, 'vm list --folder /empty'),
      /The folder \/empty is there, with no VM that you may see\./,
    );
    assert.match(
      await askText(house, 'vm list --folder empty'),
      /The folder empty is there, with no VM that you may see\./,
    );
    assert.match(
      await askText(house, 'vm list --host esx-09'),
      /The host esx-09 is there, with no VM that you may see\./,
    );
    const near = await ask(house, 'vm list --folder /emty');
    assert.match(toText(near), /There is no folder \/emty\./);
    assert.deepEqual(
      near.actions.map(({ args }) => args),
      [{ text: 'vm list --folder /empty' }],
    );
    const hidden = await ask(house, 'vm list --folder /other');
    assert.match(toText(hidden), /There is no folder \/other\./);
    assert.deepEqual(hidden.actions, []);
    assert.match(
      await askText(house, 'vm list --connection xx'),
      /None is known with --connection xx/,
    );
  });

  it('shows and counts only what the roles allow, by folder, cluster, owner and connection', async () => {
    const objects = [
      ...PLACES,
      vm('a', {}, { ownerId: ANN.id }),
      vm('b', { hostHandle: 'host-2' }),
      vm('c', { folderHandle: 'f-dev' }),
      vm('d', { folderHandle: undefined, hostHandle: undefined }, { connectionId: 'hv' }),
    ];
    const seenBy = async (role: Parameters<typeof makeRole>[0], deny?: typeof role) => {
      const roles = [makeRole({ allow: ['vm.list'], ...role }), ...(deny ? [makeRole(deny)] : [])];
      return namesIn(
        await ask(makeHouse({ objects, roles, states: { vc: {}, hv: {} } }), 'vm list'),
      );
    };

    assert.deepEqual(await seenBy({ scope: { folders: ['/prod'] } }), ['a', 'b']);
    assert.deepEqual(await seenBy({ scope: { clusters: ['C1'] } }), ['a', 'c']);
    assert.deepEqual(await seenBy({ scope: { owner: 'self' } }), ['a']);
    assert.deepEqual(await seenBy({ scope: { connections: ['hv'] } }), ['d']);
    // What lies in no known folder may lie in the denied one.
    assert.deepEqual(
      await seenBy({}, { deny: ['vm.*'], allow: [], scope: { folders: ['/dev'] } }),
      ['a', 'b'],
    );
  });

  it('H11 lists and counts what cannot be read, in the platform’s words, and says twins (H04)', async () => {
    const objects = [
      ...PLACES,
      vm('bad', {
        power: 'unknown',
        platformState: 'orphaned',
        isReachable: false,
        unreadable: 'no configuration',
      }),
      vm('db-01', { power: 'unknown', platformState: 'Running (merging disks)' }, { isTwin: true }),
      vm('copy', { role: 'replica', question: 'Moved or copied?' }),
      vm('web-07'),
    ];

    const text = await askText(makeHouse({ objects }), 'vm list', {});

    assert.match(text, /^VMs +4\n/);
    assert.match(text, /bad +orphaned · cannot be read/);
    assert.match(text, /bad cannot be read: no configuration/);
    assert.match(text, /db-01 +Running \(merging disks\) · identity twice/);
    assert.match(text, /db-01: identity twice: vm identify db-01/);
    assert.match(text, /copy +on · replica · asks a question/);
  });

  it('H10 says since when and why a connection fails, and that its VMs are as last seen', async () => {
    const failing = {
      ...{ failingSince: minutesAgo(10), answeredAt: minutesAgo(11), errorCode: 'not_reachable' },
      errorFacts: { words: 'connection refused, 10.1.1.5:443' },
    };
    const house = makeHouse({
      objects: [...PLACES, vm('web-07'), vm('web-08', { power: 'off' })],
      states: { vc: failing },
    });

    const text = await askText(house, 'vm list');

    assert.match(
      text,
      /vc is not reachable: connection refused, 10\.1\.1\.5:443\. Since 13:20 UTC\./,
    );
    assert.match(text, /as last seen 13:19 UTC/);
    assert.match(text, /web-07 +not known, was on/);
  });

  it('H09 counts what does not answer as unknown, never as off (B38)', async () => {
    const house = makeHouse({
      objects: [...PLACES, vm('web-08', { power: 'off' })],
      states: { vc: { failingSince: minutesAgo(10), errorCode: 'no_answer' } },
    });

    assert.deepEqual(namesIn(await ask(house, 'vm list --state off')), []);
    assert.deepEqual(namesIn(await ask(house, 'vm list --state unknown')), ['web-08']);
  });

  it('H09 does not call a connection empty that was not read yet', async () => {
    const text = await askText(makeHouse({ states: { vc: { syncedAt: null } } }), 'vm list');

    assert.match(text, /vc has not been read yet; what is there is not known\./);
  });

  it('H35 shows names letter-true, whatever mark-up they hold', async () => {
    const name = '<!channel> *bold* `x`\n[a](b)';
    const house = makeHouse({ objects: [...PLACES, vm(name)] });

    const draft = await ask(house, 'vm list');

    assert.deepEqual(namesIn(draft), [name]);
    assert.match(toText(draft), /<!channel> \*bold\* `x`␤\[a\]\(b\)/);
  });
});

describe('vm list over 25,000 VMs', () => {
  const index = makeLargeIndex();
  const roles = [makeRole({ allow: ['vm.list'] })];
  const states = { 'lab-vc': {} };

  it('shows the first page and the whole count', async () => {
    const draft = await ask(makeHouse({ index, roles, states }), 'vm list');

    assert.equal(draft.state, '25 of 25,000');
    assert.equal(namesIn(draft).length, 25);
    assert.match(toText(draft), /25 of 25,000 shown; --limit/);
  });

  it('does not walk over all of them where everything may be seen', async () => {
    let met = 0;
    const counted: EstateIndex = {
      ...index,
      byName(...args) {
        met += 1;
        return index.byName(...args);
      },
    };

    await ask(makeHouse({ index: counted, roles, states }), 'vm list --limit 500');

    assert.ok(met <= 500);
  });

  it('counts what one folder and one owner hold, and lets others run meanwhile', async () => {
    const own = [makeRole({ allow: ['vm.list'], scope: { folders: ['/teams/team-1'] } })];
    const house = makeHouse({ index, roles: own, states });
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);

    const draft = await ask(house, 'vm list --match "app-*"');
    isOver = true;

    const expected = [...index.all('vm')].filter(
      ({ body }) => body.name.startsWith('app-') && pathOf(body.folderHandle) === '/teams/team-1',
    );
    assert.equal(draft.state, `25 of ${expected.length}`);
    assert.ok(turns >= 50);
  });

  function pathOf(handle = '') {
    return index.byHandle('lab-vc', 'folder', handle)?.body.path;
  }
});

function makeLargeIndex(): EstateIndex {
  const { connections } = EstateFile.parse(generateEstate({ hosts: 1000, vms: 25_000 }));
  const objects = connections.flatMap((connection) =>
    loadEstate(connection).map(({ kind, handle, identity = handle, body }, at) => ({
      ...{ id: `id-${at}`, connectionId: connection.id, kind, handle, identity, body },
      ...{ isTwin: false, gone: false, changeSeq: at + 1, seenAt: new Date(0) },
    })),
  );
  const index = createEstateIndex();
  index.apply(objects as unknown as EstateObject[]);
  return index;
}
