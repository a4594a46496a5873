/** `vm show`: all that is known of one VM, what is not known said so, and only what can be done next offered. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { GIB, make, type Own } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, ask, askText, makeHouse, minutesAgo, person, READER, toText } from './view-house.ts';

const PLACES = [
  make('cluster', 'c-1', { body: { name: 'C1' } }),
  make('host', 'host-1', { body: { name: 'esx-07', clusterHandle: 'c-1' } }),
  make('folder', 'f-web', { body: { name: 'web', path: '/prod/web' } }),
  make('datastore', 'ds-san', { body: { name: 'SAN-A' } }),
  make('network', 'net-1', { body: { name: 'VLAN-100', switchName: 'dvs-lab' } }),
];
const vm = (body: Own<'vm'>['body'] = {}, own: Own<'vm'> = {}) =>
  make('vm', 'vm-1', { ...own, body: { name: 'web-07', folderHandle: 'f-web', ...body } });
const show = (
  body: Own<'vm'>['body'],
  own: Own<'vm'> = {},
  options: Parameters<typeof makeHouse>[0] = {},
) => ask(makeHouse({ objects: [...PLACES, vm(body, own)], ...options }), 'vm show web-07');
const labels = async (...args: Parameters<typeof show>) =>
  (await show(...args)).actions.map(({ label }) => label);

describe('vm show', () => {
  it('shows place, size, guest, owner, snapshots and the age of all that', async () => {
    const body = {
      guestOs: 'Ubuntu Linux',
      guestTools: 'running',
      ipAddresses: ['10.1.4.7'],
    } as const;

    const text = toText(await show({ ...body, snapshotCount: 2 }, { ownerId: ANN.id }));

    assert.match(text, /^VM web-07 +on\n/);
    assert.match(text, /Where: +vc · C1 · esx-07\n/);
    assert.match(text, /Folder: +\/prod\/web\n/);
    assert.match(text, /Size: +2 vCPU · 4 GiB · no disk\n/);
    assert.match(text, /Guest: +Ubuntu Linux · guest tools run · 10\.1\.4\.7\n/);
    assert.match(text, /Owner: +Ann Berg\nSnapshots: +2\nSeen: +1 min ago\n/);
  });

  it('lists every disk and every adapter, with the platform’s name for a network we do not know (B40)', async () => {
    const text = toText(
      await show({
        disks: [
          {
            key: '1',
            label: 'SCSI 0:0',
            sizeBytes: 80 * GIB,
            file: '[SAN-A] web.vmdk',
            datastoreHandle: 'ds-san',
          },
          { key: '2', label: 'SCSI 0:1', isRaw: true },
        ],
        nics: [
          {
            key: '1',
            label: 'Adapter 1',
            networkHandle: 'net-1',
            macAddress: '00:50:56:00:00:07',
            connected: true,
          },
          { key: '2', label: 'Adapter 2', networkName: 'segment-7', connected: false },
          { key: '3', label: 'Adapter 3' },
        ],
      }),
    );

    assert.match(text, /2 disks, at least 80 GiB/);
    assert.match(text, /SCSI 0:0 +80 GiB +SAN-A +\[SAN-A\] web\.vmdk/);
    assert.match(text, /SCSI 0:1 · passed through +not known +not known +no file shown/);
    assert.match(text, /Adapter 1 +VLAN-100 \(dvs-lab\) +00:50:56:00:00:07 +connected/);
    assert.match(text, /Adapter 2 +segment-7 +not known +not connected/);
    assert.match(text, /Adapter 3 +network not known/);
  });

  it('shows VLANs where an adapter has one of its own, and an adapter that is on no network', async () => {
    const nic = { macAddress: '00:15:5d:00:00:07', connected: true, networkHandle: 'net-1' };

    const text = toText(
      await show({
        nics: [
          { ...nic, key: '1', label: 'Adapter 1', vlan: 120 },
          { ...nic, key: '2', label: 'Adapter 2', vlan: 0 },
          { key: '3', label: 'Adapter 3', connected: false },
        ],
      }),
    );

    assert.match(text, /Adapter +Network +VLAN +MAC +State/);
    assert.match(text, /Adapter 1 +VLAN-100 \(dvs-lab\) +120 +00:15:5d:00:00:07 +connected/);
    assert.match(text, /Adapter 2 +VLAN-100 \(dvs-lab\) +untagged /);
    assert.match(text, /Adapter 3 +no network +not known +not known +not connected/);
    assert.match(text, /Networks: +VLAN-100 \(dvs-lab\), VLAN-100 \(dvs-lab\), no network/);
  });

  it('offers what can be done next by its state, and only to who may', async () => {
    assert.deepEqual(await labels({ power: 'on' }), ['Shut down', 'Power off']);
    assert.deepEqual(await labels({ power: 'on', guestTools: 'not_running' }), ['Power off']);
    assert.deepEqual(await labels({ power: 'off' }), ['Start', 'Delete']);
    assert.deepEqual(await labels({ power: 'off', question: 'Moved or copied?' }), ['Delete']);
    assert.deepEqual(await labels({ power: 'suspended' }), ['Resume']);
    assert.deepEqual(await labels({ power: 'off' }, {}, { roles: [READER] }), []);
    const elsewhere = makeRole({ allow: ['vm.start'], scope: { folders: ['/test'] } });
    assert.deepEqual(await labels({ power: 'off' }, {}, { roles: [READER, elsewhere] }), []);
  });

  it('offers to halt a VM and to let it go on, as far as its platform and the person’s rights go', async () => {
    const act = async () => undefined;
    const vcenter = { power: { save: act } };
    const hyperv = { power: { save: act, pause: act, resume: act } };
    const starter = makeRole({ allow: ['vm.show', 'vm.start'] });

    const on = ['Shut down', 'Power off', 'Save'];
    assert.deepEqual(await labels({ power: 'on' }, {}, vcenter), on);
    assert.deepEqual(await labels({ power: 'on' }, {}, hyperv), [...on, 'Pause']);
    assert.deepEqual(await labels({ power: 'paused' }, {}, hyperv), [
      'Resume',
      'Save',
      'Power off',
    ]);
    assert.deepEqual(await labels({ power: 'paused' }), ['Power off']);
    assert.deepEqual(await labels({ power: 'off' }, {}, hyperv), ['Start', 'Delete']);
    const asking = { question: 'Moved or copied?' };
    assert.deepEqual(await labels({ power: 'on', ...asking }, {}, hyperv), on.slice(0, 2));
    assert.deepEqual(await labels({ power: 'suspended', ...asking }, {}, hyperv), []);
    assert.deepEqual(await labels({ power: 'suspended' }, {}, { roles: [starter] }), ['Start']);
  });

  it('types the whole command with a button, the name quoted where it needs it', async () => {
    const house = makeHouse({ objects: [...PLACES, vm({ name: 'web 07', power: 'off' })] });

    const { actions } = await ask(house, 'vm show "web 07"');

    assert.deepEqual(
      actions.map(({ verb, args, style, confirm }) => ({ verb, args, style, confirm })),
      [
        { verb: 'run', args: { text: 'vm start "web 07"' }, style: 'primary', confirm: undefined },
        {
          verb: 'run',
          args: { text: 'vm delete "web 07"' },
          style: 'danger',
          confirm: 'Delete web 07?',
        },
      ],
    );
  });

  it('H04 marks a twin and a replica, and offers no change of them', async () => {
    const twin = await show({ power: 'off' }, { isTwin: true });
    const replica = await show({ power: 'off', role: 'replica' });

    assert.match(toText(twin), /Identity twice.*vm identify\sweb-07/s);
    assert.match(toText(replica), /off · replica/);
    assert.deepEqual([...twin.actions, ...replica.actions], []);
  });

  it('H10 says since when its connection fails and that all is as last seen, and offers no change', async () => {
    const vc = {
      ...{ failingSince: minutesAgo(10), answeredAt: minutesAgo(11) },
      ...{ errorCode: 'not_reachable', errorFacts: { words: 'connection refused' } },
    };

    const draft = await show({ power: 'on' }, {}, { states: { vc } });

    assert.equal(draft.state, 'not known, was on');
    assert.match(toText(draft), /vc is not reachable: connection refused\. Since 13:20 UTC/);
    assert.match(toText(draft), /Seen: +as last seen 13:19 UTC, 11 min ago/);
    assert.deepEqual(draft.actions, []);
  });

  it('H10 says of a hold why, and of a connection that is configured no more that it is not', async () => {
    const holding = { holdCode: 'identity_changed', holdSince: minutesAgo(5) } as const;

    const held = toText(await show({}, {}, { states: { vc: holding } }));
    const unknown = toText(await show({}, {}, { states: {} }));

    assert.match(held, /vc is on hold since 13:25 UTC: another installation answers/);
    assert.match(held, /connection accept vc/);
    assert.match(unknown, /vc is not configured any more/);
  });

  it('H11 shows an unreadable VM with the platform’s words and state, and permits no change', async () => {
    const draft = await show({
      ...{ power: 'unknown', platformState: 'orphaned', isReachable: false },
      ...{
        unreadable: 'no configuration',
        cpus: undefined,
        memoryBytes: undefined,
        hostHandle: undefined,
      },
    });

    const text = toText(draft);
    assert.equal(draft.state, 'orphaned');
    assert.match(text, /The platform cannot show all of it: no configuration/);
    assert.match(text, /Where: +vc · cluster not known · host not known/);
    assert.match(text, /Size: +not known/);
    assert.match(text, /Networks: +not known/);
    assert.deepEqual(draft.actions, []);
  });

  it('H11 shows a state word that nobody knows as the platform says it, and permits no change', async () => {
    const draft = await show({ power: 'unknown', platformState: 'Running (merging disks)' });

    assert.equal(draft.state, 'Running (merging disks)');
    assert.deepEqual(draft.actions, []);
  });

  it('says which job changes it, and leads there', async () => {
    const draft = await show({}, {}, { busy: { 'id-of-vm-1': 412 } });

    assert.match(toText(draft), /J-412 is changing it\./);
    assert.deepEqual(
      draft.actions.map(({ args }) => args),
      [{ text: 'job show J-412' }],
    );
  });

  it('shows the platform’s question', async () => {
    assert.match(
      toText(await show({ question: 'Moved or copied?' })),
      /The platform asks: Moved or copied\?/,
    );
  });

  it('H12 shows all else when the owner’s name cannot be had', async () => {
    const gone = person('old', 'Old One', { state: 'disabled' });
    const owned = (ownerId: string) => show({}, { ownerId }, { people: [ANN, gone] });

    assert.match(toText(await owned(gone.id)), /Owner: +Old One \(disabled\)/);
    assert.match(toText(await owned('id-of-nobody')), /Owner: +gone from the directory/);
    const house = makeHouse({ objects: [...PLACES, vm({}, { ownerId: ANN.id })] });
    const findAccount = async () => {
      throw new OperationError('directory_not_reachable', 'not_started');
    };
    const silent = { ...house, directory: { ...house.directory, findAccount } };
    assert.match(await askText(silent, 'vm show web-07'), /Owner: +name not readable now/);
  });

  it('H08 points out odd letters in the name that was found, and others of the same name', async () => {
    const objects = [
      ...PLACES,
      vm({ name: 'w\u0435b-07' }),
      make('vm', 'vm-2', { body: { name: 'w\u0435b-07' } }),
    ];
    const house = makeHouse({ objects });

    const draft = await ask(house, 'vm show w\u0435b-07', { chosen: { vm: 'id-of-vm-1' } });

    assert.match(
      toText(draft),
      /Letter 2: Cyrillic small letter е \(U\+0435\), which looks like e\./,
    );
    assert.match(toText(draft), /1 other VM of this name/);
  });

  it('H35 shows names, questions and paths letter-true', async () => {
    const odd = 'a*b_`c`<!here>\u202e';

    const text = await askText(
      makeHouse({
        objects: [make('vm', 'vm-1', { body: { name: odd, question: '**Yes**\n# no' } })],
      }),
      `vm show "${odd}"`,
    );

    assert.match(text, /VM a\*b_`c`<!here>‹U\+202E›/);
    assert.match(text, /The platform asks: \*\*Yes\*\*␤# no/);
  });
});
