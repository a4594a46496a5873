/** The folders that `vm create` names where the one that was typed is none, or none is found. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Policy } from '#approvals/policy.ts';
import type { Draft } from '#bot/cards/draft.ts';
import { runText } from '#bot/conversation/run-text.ts';
import type { House } from '#bot/house.ts';
import type { EstateIndex } from '#core/inventory/estate-index.ts';
import type { Role } from '#core/rights/role.ts';
import { make, makeIndex } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';
import { ANN, ask, makeHouse, toText } from './view-house.ts';

const FORM = 'vm create --template ubuntu-24';
const CREATE = 'vm create web-07 --template ubuntu-24';

const READS = makeRole({ name: 'reads', allow: ['template.list', 'cluster.list'] });
const ANYWHERE: Policy = {
  ...{ name: 'any', line: 1, operations: ['vm.create'], scope: {}, when: {} },
  approvals: null,
};

interface Given {
  readonly paths: readonly string[];
  readonly roles?: readonly Role[];
  readonly policies?: readonly Policy[];
  readonly watch?: (index: EstateIndex) => EstateIndex;
}

function houseOf({ paths, roles, policies, watch = (index) => index }: Given): House {
  const index = makeIndex([
    ...['ubuntu-24', 'debian-12'].map((name) => make('template', name, { body: { cpus: 2 } })),
    ...paths.map((path) => make('folder', path, { body: { path } })),
    make('cluster', 'c-1', { body: { name: 'C1' } }),
    make('vm', 'vm-1'),
  ]);
  const creates = makeRole({ name: 'creates', allow: ['vm.create'] });
  return makeHouse({
    index: watch(index),
    roles: [READS, ...(roles ?? [creates])],
    policies: policies ?? [ANYWHERE],
  });
}

const textOf = async (given: Given, line: string) =>
  toText(await ask(houseOf(given), line), 400).replaceAll(/\s+/g, ' ');

describe('folders for a new VM', () => {
  const many = Array.from({ length: 12 }, (_, at) => `/team-${String(at + 1).padStart(2, '0')}`);

  it('are named up to eight, with how many more there are and the line that shows them', async () => {
    const house = houseOf({ paths: many });

    const draft = await ask(house, `${CREATE} --folder /nowhere`);
    const few = await textOf({ paths: many.slice(0, 8) }, `${CREATE} --folder /nowhere`);

    const words = toText(draft, 400);
    assert.match(words, /\/team-08 and 4 more, which the form of this line offers: vm create --t/);
    assert.doesNotMatch(words, /team-09/);
    assert.ok(draft.actions.some(({ label }) => label === FORM));
    assert.match(few, /\/team-07, \/team-08\. Nothing was done/);
    const asking = { house, person: ANN, place: '', via: 'console', text: FORM, chosen: {} };
    const form = (await (await runText(asking)).reply(undefined as never)) as Draft;
    const field = form.inputs?.find(({ name }) => name === 'folder');
    assert.ok(field?.input === 'choice');
    assert.deepEqual(
      field.choices.map(({ value }) => value),
      many,
    );
  });

  it('are those alone that a rule speaks of, for a VM of this size', async () => {
    const policies: Policy[] = [
      { ...ANYWHERE, scope: { folders: ['/small'] }, when: { cpus: { atMost: 4 } } },
      { ...ANYWHERE, name: 'large', scope: { folders: ['/large'] } },
      { ...ANYWHERE, name: 'others', operations: ['vm.start'] },
    ];
    const given = { paths: ['/small', '/large', '/unspoken'], policies };

    const small = await textOf(given, `${CREATE} --folder /smal`);
    const large = await textOf(given, `${CREATE} --folder /smal --cpu 8`);
    const none = await textOf({ ...given, policies: [] }, `${CREATE} --folder /smal`);

    assert.match(small, /You may make VMs there in \/large, \/small\./);
    assert.ok(small.includes(`[${CREATE} --folder /small]`));
    assert.match(large, /You may make VMs there in \/large\./);
    assert.doesNotMatch(large, /\/small|unspoken/);
    assert.match(none, /you may make VMs in no folder there\./);
  });

  it('are those alone where the right holds for this template and the cluster that is wished', async () => {
    const paths = ['/a', '/b', '/c'];
    const roles = [
      makeRole({ allow: ['vm.create'], scope: { folders: ['/a'] }, templates: ['debian-12'] }),
      makeRole({ allow: ['vm.create'], scope: { folders: ['/b'] } }),
      makeRole({ allow: ['vm.create'], scope: { folders: ['/c'], clusters: ['C1'] } }),
    ];

    const ubuntu = await textOf({ paths, roles }, `${CREATE} --folder /x`);
    const debian = await textOf({ paths, roles }, 'vm create w --template debian-12 --folder /x');
    const wished = await textOf({ paths, roles }, `${CREATE} --folder /x --cluster C1`);
    const onlyDebian = await textOf({ paths, roles: roles.slice(0, 1) }, `${CREATE} --folder /x`);

    assert.match(ubuntu, /in \/b\. /);
    assert.match(debian, /in \/a, \/b\. /);
    assert.match(wished, /in \/b, \/c\. /);
    // The template is in the way, which is said once a folder is named.
    assert.match(onlyDebian, /in \/a\. /);
  });

  it('are found without a look at the VMs', async () => {
    const looked: string[] = [];
    const watch = (index: EstateIndex): EstateIndex => ({
      ...index,
      all(kind) {
        looked.push(kind);
        return index.all(kind);
      },
      names(kind) {
        looked.push(kind);
        return index.names(kind);
      },
    });

    await textOf({ paths: many, watch }, `${CREATE} --folder /nowhere`);

    assert.ok(looked.includes('folder'));
    assert.ok(!looked.includes('vm'));
  });

  it('of another connection are a way on for a role that holds on a cluster there, and for no other', async () => {
    const objects = [
      make('template', 'ubuntu-24'),
      make('folder', 'f-1', { connectionId: 'hv', body: { path: '/' } }),
      make('cluster', 'c-2', { connectionId: 'hv', body: { name: 'C2' } }),
      make('host', 'hv-01', { connectionId: 'hv' }),
    ];
    const looks = makeRole({ allow: ['template.list', 'host.list'] });
    const answerOf = async (cluster: string) => {
      const creates = makeRole({ allow: ['vm.create'], scope: { clusters: [cluster] } });
      const house = makeHouse({ objects, roles: [looks, creates], states: { vc: {}, hv: {} } });
      return toText(await ask(house, `${CREATE} --host hv-01`), 400);
    };

    assert.match(await answerOf('C2'), /Take a host of vc, or a template of hv\./);
    assert.match(await answerOf('C1'), /Take a host of vc\.\n/);
  });
});
