/**
 * The contract of the directory port, for every adapter: what a decision may rely on, whatever answers it.
 *
 * An adapter's test opens a directory with the people and groups below and calls `describeDirectory`.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account, Directory } from '#core/ports/directory.ts';
import { runInsideTransaction } from '#core/ports/inside-transaction.ts';

/** Logins and names in the opened directory; none of them twice. */
export interface DirectoryPlaces {
  /** Active, in `inner`. */
  readonly member: string;
  /** What people see of `member`. */
  readonly memberName: string;
  /** Active, in no group of these. */
  readonly outsider: string;
  /** In `inner`. */
  readonly disabled: string;
  readonly locked: string;
  readonly expired: string;
  /** A group. */
  readonly inner: string;
  /** A group that `inner` belongs to; one more member cannot be read. */
  readonly outer: string;
  readonly unreadableMember: string;
  /** A group without members. */
  readonly empty: string;
}

/** What happens to a directory without the adapter. */
export interface DirectoryElsewhere {
  disable(login: string): Promise<void>;
  leaveGroup(login: string, group: string): Promise<void>;
  remove(login: string): Promise<void>;
}

export interface OpenedContractDirectory extends AsyncDisposable {
  readonly directory: Directory;
  readonly places: DirectoryPlaces;
  readonly elsewhere: DirectoryElsewhere;
  /** Nothing can be reached any more. */
  cutOff(): Promise<void>;
}

export type OpenContractDirectory = () => Promise<OpenedContractDirectory>;

export function describeDirectory(name: string, open: OpenContractDirectory): void {
  describe(`the directory contract on ${name}`, () => {
    describeAccounts(open);
    describeGroups(open);
    describeChanges(open);
    describeOutage(open);
  });
}

function describeAccounts(open: OpenContractDirectory): void {
  it('finds an account by login in any case of letters, and the same one by id and by its own login', async () => {
    await using opened = await open();
    const { directory, places } = opened;

    const account = await directory.findByLogin(places.member);

    assert.ok(account);
    assert.equal(account.name, places.memberName);
    assert.equal(account.state, 'active');
    assert.deepEqual(await directory.findAccount(account.id), account);
    assert.deepEqual(await directory.findByLogin(account.login), account);
    assert.deepEqual(await directory.findByLogin(places.member.toUpperCase()), account);
  });

  it('answers nobody for a login or an id that is none, for a beginning and for a pattern', async () => {
    await using opened = await open();
    const { directory, places } = opened;
    const { id } = await readLogin(opened, places.member);

    for (const login of [
      'no-such-login',
      '',
      ' ',
      '*',
      places.member.slice(0, -1),
      `${places.member.slice(0, -1)}*`,
    ])
      assert.equal(await directory.findByLogin(login), undefined, login);
    for (const other of ['no-such-id', '', '*', places.member, id.slice(0, -1)])
      assert.equal(await directory.findAccount(other), undefined, other);
  });

  it('says of each account whether it may still act', async () => {
    await using opened = await open();
    const { places } = opened;

    for (const state of ['disabled', 'locked', 'expired'] as const)
      assert.equal((await readLogin(opened, places[state])).state, state);
  });
}

function describeGroups(open: OpenContractDirectory): void {
  it('finds a group by its name or id, not by a beginning or a pattern', async () => {
    await using opened = await open();
    const { directory, places } = opened;

    const group = await directory.findGroup(places.inner);

    assert.equal(group?.name, places.inner);
    assert.deepEqual(await directory.findGroup(group.id), group);
    for (const name of ['no-such-group', '', '*', places.inner.slice(0, -1), places.member])
      assert.equal(await directory.findGroup(name), undefined, name);
  });

  it('counts nested groups as an account’s own', async () => {
    await using opened = await open();
    const { places } = opened;
    const [inner, outer] = [
      await readGroup(opened, places.inner),
      await readGroup(opened, places.outer),
    ];

    const { groupIds } = await readLogin(opened, places.member);
    const outsider = await readLogin(opened, places.outsider);

    assert.ok(groupIds.includes(inner) && groupIds.includes(outer));
    assert.ok(!outsider.groupIds.includes(inner) && !outsider.groupIds.includes(outer));
  });

  it('lists exactly those whose account has the group, whatever their state', async () => {
    await using opened = await open();
    const { directory, places } = opened;
    const [inner, outer] = [
      await readGroup(opened, places.inner),
      await readGroup(opened, places.outer),
    ];
    const expected = [
      await readLogin(opened, places.member),
      await readLogin(opened, places.disabled),
    ];

    for (const group of [inner, outer]) {
      const { people } = await directory.listMembers(group);

      assert.deepEqual(people.toSorted(byId), expected.toSorted(byId));
      assert.ok(people.every(({ groupIds }) => groupIds.includes(group)));
    }
  });

  it('B27 names a member who cannot be read, and the others count', async () => {
    await using opened = await open();
    const { directory, places } = opened;

    const members = await directory.listMembers(await readGroup(opened, places.outer));

    assert.deepEqual(members.unreadable, [places.unreadableMember]);
    assert.equal(members.people.length, 2);
  });

  it('lists nobody in a group without members', async () => {
    await using opened = await open();
    const { directory, places } = opened;

    const members = await directory.listMembers(await readGroup(opened, places.empty));

    assert.deepEqual(members, { people: [], unreadable: [] });
  });
}

function describeChanges(open: OpenContractDirectory): void {
  it('tells at the next read that somebody has left a group', async () => {
    await using opened = await open();
    const { directory, places, elsewhere } = opened;
    const group = await readGroup(opened, places.outer);
    const before = await readLogin(opened, places.member);

    await elsewhere.leaveGroup(places.member, places.inner);

    const after = await directory.findAccount(before.id);
    assert.ok(before.groupIds.includes(group) && after && !after.groupIds.includes(group));
    const { people } = await directory.listMembers(group);
    assert.ok(people.every(({ id }) => id !== before.id));
  });

  it('tells at the next read that somebody may act no more', async () => {
    await using opened = await open();
    const { directory, places, elsewhere } = opened;
    const { id } = await readLogin(opened, places.member);

    await elsewhere.disable(places.member);

    assert.equal((await directory.findAccount(id))?.state, 'disabled');
  });

  it('answers nobody for an account that was removed', async () => {
    await using opened = await open();
    const { directory, places, elsewhere } = opened;
    const { id } = await readLogin(opened, places.member);

    await elsewhere.remove(places.member);

    assert.equal(await directory.findAccount(id), undefined);
    assert.equal(await directory.findByLogin(places.member), undefined);
  });
}

function describeOutage(open: OpenContractDirectory): void {
  it('H09 says that it is not reachable, never that somebody is nobody or in no group', async () => {
    await using opened = await open();
    const { directory, places } = opened;
    const { id } = await readLogin(opened, places.member);
    const group = await readGroup(opened, places.inner);
    const unreachable = { code: 'directory_not_reachable', end: 'not_started' };

    await opened.cutOff();

    await assert.rejects(directory.findAccount(id), unreachable);
    await assert.rejects(directory.findByLogin(places.member), unreachable);
    await assert.rejects(directory.findGroup(places.inner), unreachable);
    await assert.rejects(directory.listMembers(group), unreachable);
  });

  it('is refused inside a transaction', async () => {
    await using opened = await open();
    const { directory, places } = opened;

    const inside = runInsideTransaction(() => directory.findByLogin(places.member));

    await assert.rejects(inside, { code: 'called_inside_transaction' });
    assert.ok(await directory.findByLogin(places.member));
  });
}

async function readLogin({ directory }: OpenedContractDirectory, login: string): Promise<Account> {
  const account = await directory.findByLogin(login);
  assert.ok(account, `nobody is ${login}`);
  return account;
}

async function readGroup({ directory }: OpenedContractDirectory, name: string): Promise<string> {
  const group = await directory.findGroup(name);
  assert.ok(group, `there is no group ${name}`);
  return group.id;
}

function byId(one: Account, other: Account): number {
  return one.id < other.id ? -1 : 1;
}
