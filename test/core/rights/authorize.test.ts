/** Who may do what to what, and why. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scopeOf } from '#core/inventory/scope-of.ts';
import { ACCOUNT_STATES } from '#core/ports/directory.ts';
import { authorize, type RightsQuestion } from '#core/rights/authorize.ts';
import { ESTATE_WIDE, isAction, type Role, type ScopeFacts } from '#core/rights/role.ts';
import { make, makeIndex } from '../estate-makers.ts';
import { EVERYBODY, makeRole } from './roles.ts';

const ANN = { id: 'ann', state: 'active', groupIds: ['S-1-everybody', 'S-1-ops'] } as const;
const WEB: ScopeFacts = {
  connectionId: 'vc',
  clusterName: 'blue',
  folderPath: '/prod/web',
  ownerId: 'ann',
};

function ask(roles: readonly Role[], question: Partial<RightsQuestion> = {}) {
  return authorize({ person: ANN, action: 'vm.stop', scope: WEB, ...question }, roles);
}

const codesOf = (roles: readonly Role[], question?: Partial<RightsQuestion>) =>
  ask(roles, question).reasons.map(({ code }) => code);

describe('authorize', () => {
  it('lesson S11: denies where no role says anything', () => {
    assert.deepEqual(ask([]), {
      ...{ allowed: false, code: 'no_role_allows', reasons: [], roles: [] },
    });
  });

  it('allows by a role of one of the groups, and names the membership it rests on', () => {
    const ops = { id: 'S-1-ops', name: 'ops' };
    const role = makeRole({ name: 'operators', line: 14, members: [ops] });

    const decision = ask([makeRole({ members: [{ id: 'S-1-dba', name: 'dba' }] }), role]);

    assert.equal(decision.code, 'allowed');
    assert.deepEqual(decision.roles, [role]);
    assert.deepEqual(decision.reasons, [
      { role: 'all', line: 1, code: 'not_a_member' },
      { role: 'operators', line: 14, group: 'ops', groupId: 'S-1-ops', code: 'allows' },
    ]);
  });

  it('H28 goes by the id of a group, never by its name', () => {
    const renamed = makeRole({ members: [{ id: 'S-1-other', name: EVERYBODY.name }] });

    assert.deepEqual(codesOf([renamed]), ['not_a_member']);
  });

  describe('of a role whose group is no longer the one that its name meant', () => {
    const disagreement = {
      ...{ written: 'ops', pinnedId: 'S-1-ops', pinnedName: 'ops-old', nowId: 'S-1-new' },
      code: 'another_group',
    } as const;
    const parted = { id: 'S-1-ops', name: 'ops', disagreement };
    const newOps = { ...ANN, groupIds: ['S-1-new'] };
    const member = makeRole({ name: 'operators', line: 14, members: [EVERYBODY, parted] });

    it('H28 allows nobody anything: neither by the pinned group, nor the new one, nor another of it', () => {
      for (const groupIds of [['S-1-ops'], ['S-1-new'], [EVERYBODY.id]]) {
        const decision = ask([member], { person: { ...ANN, groupIds } });

        assert.deepEqual([decision.allowed, decision.code], [false, 'group_disagrees']);
        assert.deepEqual(decision.roles, []);
        const [reason] = decision.reasons;
        assert.deepEqual([reason?.code, reason?.disagreement], ['group_disagrees', disagreement]);
      }
      assert.deepEqual(codesOf([member], { person: { ...ANN, groupIds: ['S-1-x'] } }), [
        'not_a_member',
      ]);
    });

    it('H28 says so only where the role would have allowed it, and another role still may', () => {
      const other = makeRole({ name: 'other', members: [{ id: 'S-1-new', name: 'new' }] });

      assert.deepEqual(codesOf([member], { action: 'job.show' }), ['action_not_in_role']);
      assert.equal(ask([member], { action: 'job.show' }).code, 'no_role_allows');
      const decision = ask([member, other], { person: newOps });
      assert.deepEqual([decision.allowed, decision.roles], [true, [other]]);
    });

    it('H28 denies both groups: a deny does not fall with a name', () => {
      const deny = makeRole({ name: 'no stops', members: [parted], allow: [], deny: ['vm.stop'] });
      const allowing = makeRole({
        members: [...member.members.slice(0, 1), { id: 'S-1-new', name: 'new' }],
      });

      for (const person of [ANN, newOps])
        assert.equal(ask([allowing, deny], { person }).code, 'a_role_denies');
    });
  });

  it('lets a deny win over every allow, wherever it stands', () => {
    const deny = makeRole({ name: 'no stops', allow: [], deny: ['vm.stop'] });

    for (const roles of [
      [makeRole(), deny],
      [deny, makeRole()],
    ]) {
      const decision = ask(roles);
      assert.equal(decision.code, 'a_role_denies');
      assert.equal(decision.allowed, false);
      assert.deepEqual(decision.roles, []);
    }
    assert.equal(ask([makeRole(), deny], { action: 'vm.start' }).allowed, true);
  });

  it('does not heed the deny of a role whose members are others', () => {
    const others = makeRole({ members: [{ id: 'S-1-x', name: 'x' }], deny: ['vm.*'] });

    assert.equal(ask([makeRole(), others]).allowed, true);
  });

  it('permits nothing to an account that is not active', () => {
    for (const state of ACCOUNT_STATES) {
      const { allowed, code } = ask([makeRole()], { person: { ...ANN, state } });

      assert.equal(allowed, state === 'active');
      assert.equal(code, state === 'active' ? 'allowed' : 'account_not_active');
    }
  });

  it('H09 takes an empty list of groups for no membership, never for all', () => {
    assert.equal(ask([makeRole()], { person: { ...ANN, groupIds: [] } }).allowed, false);
  });

  it('looks at templates and networks where a role names some', () => {
    const role = makeRole({ templates: ['debian-13'], networks: ['VLAN-100'] });

    assert.deepEqual(codesOf([role], { templateName: 'debian-13', networkName: 'VLAN-100' }), [
      'allows',
    ]);
    assert.deepEqual(codesOf([role], { templateName: 'debian-1' }), ['template_not_in_role']);
    assert.deepEqual(codesOf([role], { networkName: 'VLAN-1001' }), ['network_not_in_role']);
    assert.deepEqual(codesOf([makeRole({ templates: [] })], { templateName: 'debian-13' }), [
      'template_not_in_role',
    ]);
  });

  it('says for each role which part stood against it', () => {
    const roles = [
      makeRole({ allow: ['vm.start'] }),
      makeRole({ scope: { connections: ['other'] } }),
      makeRole({ scope: { clusters: ['green'] } }),
      makeRole({ scope: { folders: ['/test'] } }),
      makeRole({ scope: { connections: ['vc'], clusters: ['blue'], folders: ['/prod'] } }),
    ];

    assert.deepEqual(codesOf(roles), [
      ...['action_not_in_role', 'outside_scope', 'outside_scope', 'outside_scope', 'allows'],
    ]);
  });
});

describe('scope', () => {
  it('takes what lies below a folder, and no folder whose name only begins alike', () => {
    const allows = (folder: string, folderPath: string | null) =>
      ask([makeRole({ scope: { folders: [folder] } })], { scope: { ...WEB, folderPath } }).allowed;

    assert.ok(allows('/prod', '/prod'));
    assert.ok(allows('/prod', '/prod/web'));
    assert.ok(allows('/prod/', '/prod/web'));
    assert.ok(allows('/', '/prod/web'));
    assert.ok(!allows('/prod', '/production'));
    assert.ok(!allows('/prod', '/production/web'));
    assert.ok(!allows('/prod', '/test/prod'));
    assert.ok(!allows('/prod/web', '/prod'));
    assert.ok(!allows('/prod', '/Prod'));
    assert.ok(!allows('/prod', null));
  });

  it('takes a folder for its letters: a name with dots and stars is no pattern', () => {
    const role = makeRole({ scope: { folders: ['/p.*'] } });

    assert.equal(ask([role], { scope: { ...WEB, folderPath: '/prod' } }).allowed, false);
    assert.equal(ask([role], { scope: { ...WEB, folderPath: '/p.*' } }).allowed, true);
  });

  it('takes for `owner: self` only what belongs to the person who asks', () => {
    const role = makeRole({ scope: { owner: 'self' } });

    assert.equal(ask([role]).allowed, true);
    assert.equal(ask([role], { scope: { ...WEB, ownerId: 'bob' } }).allowed, false);
    assert.equal(ask([role], { scope: { ...WEB, ownerId: null } }).allowed, false);
  });

  it('H09 takes an unknown cluster or folder for no match of an allow and for a match of a deny', () => {
    const scope = { ...WEB, clusterName: undefined, folderPath: undefined };
    const blue = { clusters: ['blue'] };

    assert.deepEqual(codesOf([makeRole({ scope: blue })], { scope }), ['scope_unknown']);
    assert.deepEqual(codesOf([makeRole({ scope: { folders: ['/prod'] } })], { scope }), [
      'scope_unknown',
    ]);
    const denied = ask([makeRole(), makeRole({ allow: [], deny: ['vm.*'], scope: blue })], {
      scope,
    });
    assert.equal(denied.code, 'a_role_denies');
  });

  it('lets what is known to lie outside count more than what is unknown', () => {
    const scope = { ...WEB, clusterName: undefined };
    const deny = { connections: ['other'], clusters: ['blue'] };

    const decision = ask([makeRole(), makeRole({ allow: [], deny: ['vm.*'], scope: deny })], {
      scope,
    });

    assert.equal(decision.allowed, true);
  });

  it('is asked without a target: allowed if it is allowed anywhere, denied if it is denied everywhere', () => {
    const some = makeRole({ scope: { folders: ['/test'] } });
    const denySome = makeRole({ allow: [], deny: ['vm.*'], scope: { folders: ['/prod'] } });
    const denyAll = makeRole({ allow: [], deny: ['vm.*'] });

    assert.equal(ask([some], { scope: undefined }).allowed, true);
    assert.equal(ask([some, denySome], { scope: undefined }).allowed, true);
    assert.equal(ask([some, denyAll], { scope: undefined }).code, 'a_role_denies');
  });

  it('reads cluster and folder of a VM from its host and its folder, and leaves unknown what is not there', () => {
    const index = makeIndex([
      make('cluster', 'c-1', { body: { name: 'blue' } }),
      make('host', 'host-1', { body: { clusterHandle: 'c-1' } }),
      make('folder', 'f-1', { body: { path: '/prod/web' } }),
    ]);
    const body = { hostHandle: 'host-1', folderHandle: 'f-1' };

    assert.deepEqual(scopeOf(index, make('vm', 'vm-1', { ownerId: 'ann', body })), WEB);
    const lost = make('vm', 'vm-2', { body: { hostHandle: 'host-9', folderHandle: 'f-9' } });
    assert.deepEqual(scopeOf(index, lost), {
      ...{ connectionId: 'vc', clusterName: undefined, folderPath: undefined, ownerId: null },
    });
  });

  it('H11 does not take a host that could not be read for one without a cluster', () => {
    const index = makeIndex([
      make('host', 'host-1', { body: { unreadable: 'notResponding' } }),
      make('host', 'host-2'),
    ]);
    const clusterOf = (hostHandle: string) =>
      scopeOf(index, make('vm', 'vm-1', { body: { hostHandle } })).clusterName;

    assert.equal(clusterOf('host-1'), undefined);
    assert.equal(clusterOf('host-2'), null);
  });
});

describe('an action in a role', () => {
  it('is meant by its name and by the pattern of its noun, and by nothing else', () => {
    assert.ok(isAction('vm.stop', 'vm.stop'));
    assert.ok(isAction('vm.*', 'vm.stop'));
    for (const pattern of ['vm.st', 'vm', 'v.*', 'vm.s*', '*', 'host.*', 'VM.*']) {
      assert.ok(!isAction(pattern, 'vm.stop'), pattern);
    }
  });

  it('is never given for the whole estate by a pattern', () => {
    for (const action of ESTATE_WIDE) {
      const noun = action.slice(0, action.indexOf('.'));

      assert.equal(ask([makeRole({ allow: [`${noun}.*`] })], { action }).allowed, false);
      assert.equal(ask([makeRole({ allow: [action] })], { action }).allowed, true);
    }
  });
});
