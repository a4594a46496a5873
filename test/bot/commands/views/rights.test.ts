/** `whoami` and `explain`: what a person may do and why, to the role, the rule and the line. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Policy } from '#approvals/policy.ts';
import { GIB, make } from '#test/core/estate-makers.ts';
import { EVERYBODY, makeRole } from '#test/core/rights/roles.ts';
import { ANN, ask, askText, makeHouse, person, READER, toText } from './view-house.ts';

const LEADS = { id: 'S-1-leads', name: 'ops-leads' };
const TEAM = makeRole({
  ...{ name: 'web-team', line: 12, allow: ['vm.create', 'vm.start', 'vm.delete'] },
  ...{ scope: { folders: ['/test'] }, templates: ['ubuntu-24'] },
  quota: { role: { cpus: 80 }, member: { vms: 10, memoryBytes: 96 * GIB } },
});
const OTHERS = makeRole({ name: 'admins', line: 30, members: [LEADS], allow: ['vm.*'] });

const rule = (name: string, line: number, changes: Partial<Policy> = {}): Policy => ({
  ...{ name, line, operations: ['vm.delete'], scope: {}, when: {} },
  approvals: { needed: 2, group: LEADS, reasonOnDeny: true, expiresAfterMinutes: 60 },
  ...changes,
});

const OBJECTS = [
  make('folder', 'f-test', { body: { name: 'test', path: '/test' } }),
  make('folder', 'f-prod', { body: { name: 'prod', path: '/prod' } }),
  make('vm', 'vm-1', {
    ownerId: ANN.id,
    body: { name: 'web-01', folderHandle: 'f-test', power: 'off' },
  }),
  make('vm', 'vm-2', { body: { name: 'db-01', folderHandle: 'f-prod' } }),
];
const house = (policies: readonly Policy[] = [rule('delete', 62)]) =>
  makeHouse({ objects: OBJECTS, roles: [READER, TEAM, OTHERS], policies });

describe('whoami', () => {
  it('shows account, groups, roles with their lines and what is used of each quota', async () => {
    const reservation = {
      ...{ requestId: 'r', personId: ANN.id, roleNames: ['web-team'], connectionId: 'vc' },
      ...{ places: [], vms: 1, cpus: 4, memoryBytes: 8 * GIB, diskBytes: 0 },
    };
    const ann = person('ann', 'Ann Berg', { groupIds: [EVERYBODY.id, 'S-1-unknown'] });
    const asked = makeHouse({
      objects: OBJECTS,
      roles: [READER, TEAM, OTHERS],
      reservations: [reservation],
    });

    const text = await askText(asked, 'whoami', { as: ann });

    assert.match(text, /^Ann Berg +active\nLogin: +ann\n/);
    assert.match(text, /Groups: everybody, 1 more that no role or rule names/);
    assert.match(text, /Group everybody: S-1-everybody/);
    assert.match(
      text,
      /web-team \(line 12\) +vm\.create, vm\.start, vm\.delete +in \/test and below; templates ubuntu-24/,
    );
    assert.match(text, /web-team, yours +2 VMs +10\n/);
    assert.match(text, /web-team, yours +12 GiB memory +96 GiB\n/);
    assert.match(text, /web-team +6 vCPU +80\n/);
    assert.doesNotMatch(text, /admins/);
  });

  it('says so when nobody gave a role', async () => {
    const text = await askText(house(), 'whoami', { as: person('eva', 'Eva', { groupIds: [] }) });

    assert.match(text, /No role has you as a member/);
  });
});

describe('explain', () => {
  it('judges on the VM that the command names, by role and line, and names the votes', async () => {
    const text = await askText(house(), 'explain vm delete web-01');

    assert.match(text, /^Allowed, but not possible now: vm delete web-01\n/);
    assert.match(text, /reads +7 +does not have this right/);
    assert.match(text, /web-team +12 +allows it/);
    assert.match(text, /Rule delete \(line 62\): 2 of ops-leads, reason on deny\./);
    assert.match(text, /vc cannot do vm\.delete\./);
    assert.match(text, /Nothing was done\./);
    assert.match(text, /admins +30 +you are not in its groups/);
    // The group that decides, and the one that is asked: by their ids.
    assert.match(text, /Group everybody: S-1-everybody\n/);
    assert.match(text, /Group ops-leads: S-1-leads/);
  });

  it('says no where the role does not hold', async () => {
    const draft = await ask(house(), 'explain vm delete db-01');

    assert.equal(draft.title, 'Not allowed: vm delete db-01');
    assert.match(toText(draft), /No role of yours allows it\. It needs the right vm\.delete\./);
    assert.match(toText(draft), /web-team +12 +does not hold there/);
  });

  it('shows the rule that agrees by itself, and that none agrees', async () => {
    const auto = rule('start-anywhere', 50, { operations: ['vm.start'], approvals: null });

    const agreed = await askText(house([auto]), 'explain vm start web-01');
    const refused = await askText(house([]), 'explain vm start web-01');

    assert.match(agreed, /^Allowed: vm start web-01\n/);
    assert.match(agreed, /Rule start-anywhere \(line 50\): agreed by the rule itself\./);
    assert.match(refused, /^Refused by rule: vm start web-01\n/);
  });

  it('judges a new VM in its folder and with its template, and lists the rules that name it', async () => {
    const policies = [
      rule('create', 70, { operations: ['vm.create'], scope: { folders: ['/test'] } }),
    ];
    const line = (rest: string) => askText(house(policies), `explain vm create web-02 ${rest}`);

    const allowed = await line('--template ubuntu-24 --folder /test');

    assert.match(allowed, /^Allowed: vm create web-02\n/);
    assert.match(allowed, /create \(line 70\) +2 of ops-leads +in \/test and below/);
    assert.match(
      await line('--template ubuntu-24 --folder /prod'),
      /web-team +12 +does not hold there/,
    );
    assert.match(await line('--template win-25 --folder /test'), /does not have this template/);
    assert.match(await line('--template ubuntu-24'), /in some place/);
  });

  it('says that everybody may ask for help', async () => {
    assert.match(await askText(house(), 'explain help vm'), /Everybody who is known may run it\./);
  });

  it('never offers to run what it was asked to explain', async () => {
    for (const line of ['explain vm delet web-01', 'explain vm delete web-02', 'explain'])
      for (const { verb, args } of (await ask(house(), line)).actions) {
        const { text } = args as { text: string };
        assert.match(text, /^(explain |help$)/, `${line}: ${verb} ${text}`);
      }
    assert.deepEqual((await ask(house(), 'explain vm delet web-01')).actions[0]?.args, {
      text: 'explain vm delete web-01',
    });
  });

  it('H08 asks which one where several bear the name, and judges on the chosen one', async () => {
    const twice = [
      ...OBJECTS,
      make('vm', 'vm-3', { body: { name: 'web-01', folderHandle: 'f-prod' } }),
    ];
    const asked = makeHouse({
      objects: twice,
      roles: [READER, TEAM],
      policies: [rule('delete', 62)],
    });

    const choice = await ask(asked, 'explain vm delete web-01');
    const judged = await ask(asked, 'explain vm delete web-01', { chosen: { vm: 'id-of-vm-3' } });

    assert.equal(choice.title, 'Two VMs are called web-01. Which one?');
    assert.equal(judged.title, 'Not allowed: vm delete web-01');
  });
});
