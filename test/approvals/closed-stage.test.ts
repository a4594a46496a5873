/** A rule whose group is no longer the one that its name meant: nobody may agree by it, and it is said (H28). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchRequest } from '#approvals/watch-request.ts';
import type { Disagreement } from '#core/rights/configured-group.ts';
import { open, openAgreed, read, start, submit, vote } from './house-deeds.ts';
import { ask, group, makePolicy, makeRole } from './house-rules.ts';
import { type House, openHouse } from './open-house.ts';

const PARTED: Disagreement = {
  ...{ written: 'leads', pinnedId: 'lab-group-leads', pinnedName: 'leads-old' },
  ...{ nowId: 'lab-group-capacity', code: 'another_group' },
};
const GROUP = { ...group('leads'), disagreement: PARTED };

/** As the next reading of the rules finds it. */
function part(house: House): void {
  house.rules.policies = [makePolicy({ approvals: ask({ group: GROUP }) })];
}

describe('a stage whose group disagrees', () => {
  it('H28 opens no request, and asks the directory for no member of it', async () => {
    await using house = await openHouse({
      rules: { policies: [makePolicy({ approvals: ask({ group: GROUP }) })] },
    });
    Object.assign(house.deps.directory, {
      listMembers: () => Promise.reject(new Error('a group that is gone')),
    });

    const { judgement, request } = await submit(house);

    assert.equal(request, undefined);
    assert.equal(judgement.verdict, 'group_disagrees');
    assert.deepEqual(
      judgement.verdict === 'group_disagrees' && [judgement.stage.rule, judgement.disagreement],
      ['leads', PARTED],
    );
  });

  it('H28 takes no vote on what was opened before: not of the pinned group, not of the new one', async () => {
    await using house = await openHouse();
    const request = await open(house);
    part(house);

    const [bob, dora, ann] = [
      await vote(house, request, 'bob'),
      await vote(house, request, 'dora'),
      await vote(house, request, 'ann'),
    ];

    for (const outcome of [bob, dora]) {
      assert.equal(outcome.outcome === 'refused' && outcome.code, 'group_disagrees');
      assert.deepEqual(outcome.outcome === 'refused' && outcome.disagreement, PARTED);
    }
    assert.equal(ann.outcome === 'refused' && ann.code, 'self_approval');
    assert.deepEqual((await read(house, request.id)).votes, []);
  });

  it('H28 is open again once name and id agree', async () => {
    await using house = await openHouse();
    const request = await open(house);
    part(house);
    await vote(house, request, 'bob');
    house.rules.policies = [makePolicy()];

    await vote(house, request, 'bob');
    const last = await vote(house, request, 'eva');

    assert.equal(last.outcome === 'counted' && last.decided, 'approved');
  });

  it('H28 starts no job by votes that were given before', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    part(house);

    const { job, request: back } = await start(house, request);

    assert.deepEqual([job?.state, job?.code], ['superseded', 'vote_void']);
    assert.equal(back.state, 'open');
    assert.equal(back.stages[0]?.groupId, 'lab-group-leads');
    const again = await vote(house, request, 'bob');
    assert.equal(again.outcome === 'refused' && again.code, 'group_disagrees');
  });

  it('H28 H24 counts as one that nobody is left for', async () => {
    await using house = await openHouse();
    const request = await open(house);
    part(house);
    Object.assign(house.deps.directory, {
      listMembers: () => Promise.reject(new Error('a group that is gone')),
    });

    await watchRequest(house.deps, request.id);

    assert.equal((await read(house, request.id)).request.facts?.fallsShort, 'leads');
    assert.deepEqual(house.errors, []);
  });
});

describe('a requester’s role whose group disagrees', () => {
  it('H28 starts no job, and says by which role it would', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    const disagreement = { ...PARTED, written: 'web-team', pinnedId: 'lab-group-web-team' };
    house.rules.roles = [makeRole({ members: [{ ...group('web-team'), disagreement }] })];

    const { job, request: ended } = await start(house, request);

    assert.deepEqual([job?.state, ended.code], ['refused', 'role_grants_nothing']);
    const { role, written, pinnedId, now } = ended.facts ?? {};
    assert.deepEqual(
      [role, written, pinnedId, now],
      ['web-team', 'web-team', 'lab-group-web-team', 'lab-group-capacity'],
    );
  });
});
