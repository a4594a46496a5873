/** Several things in one act: each is judged where it lies, and who must agree adds up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findStagesOfEach } from '#approvals/policy.ts';
import { NO_BOUNDS } from '#core/operations/plan-parts.ts';
import { authorizeEach, type Place } from '#core/rights/authorize-each.ts';
import { ask, group, makePolicy } from '#test/approvals/house-rules.ts';
import { EVERYBODY, makeRole } from './roles.ts';

const ANN = { id: 'ann', state: 'active', groupIds: [EVERYBODY.id] } as const;
const place = (name: string, folderPath: string | undefined, ownerId = 'bob'): Place => ({
  ...{ name, scope: { connectionId: 'vc', clusterName: 'C1', folderPath, ownerId } },
});
const WEB = place('web-01', '/web');
const DB = place('db-01', '/db');
const web = makeRole({ name: 'web', scope: { folders: ['/web'] } });
const own = makeRole({ name: 'own', scope: { owner: 'self' } });

const judge = (places: readonly Place[], roles = [web, own]) =>
  authorizeEach({ person: ANN, action: 'vm.migrate' }, places, roles);

describe('a right on several things', () => {
  it('holds only where it holds on each; the one without is named', () => {
    const refused = judge([WEB, DB]);

    assert.deepEqual([refused?.rights.allowed, refused?.on], [false, 'db-01']);
    assert.equal(judge([WEB, place('web-02', '/web')])?.rights.allowed, true);
    assert.equal(judge([]), undefined);
  });

  it('rests on each by the roles that allow that one', () => {
    const each = judge([WEB, place('mine', '/db', 'ann')]);

    assert.deepEqual(
      each?.places.map(({ name, roleNames }) => [name, roleNames]),
      [
        ['web-01', ['web']],
        ['mine', ['own']],
      ],
    );
    assert.deepEqual(
      each?.rights.roles.map(({ name }) => name),
      ['web', 'own'],
    );
  });

  it('H26 that is known to be lost on one is lost, though another is not known', () => {
    const each = judge([place('unknown', undefined), DB], [web]);

    assert.equal(each?.on, 'db-01');
  });
});

describe('rules over several things', () => {
  const rule = (name: string, folder: string) =>
    makePolicy({
      ...{ name, operations: ['vm.migrate'], scope: { folders: [folder] } },
      approvals: ask({ needed: 1, group: group(name) }),
    });
  const auto = (folder: string) =>
    makePolicy({ ...rule(`auto ${folder}`, folder), approvals: null });
  const decide = (policies: Parameters<typeof findStagesOfEach>[1], places = [WEB, DB]) => {
    const judged = places.map((one) => ({ ...one, roleNames: ['web'] }));
    const question = { operation: 'vm.migrate', personId: 'ann', plan: { bounds: NO_BOUNDS } };
    const decision = findStagesOfEach({ ...question, places: judged }, policies);
    return decision.verdict === 'stages'
      ? decision.stages.map((stage) => stage.rule)
      : decision.verdict === 'no_policy'
        ? [decision.verdict, decision.on]
        : [decision.verdict];
  };

  it('add up, each rule once', () => {
    const everywhere = rule('all', '/');

    assert.deepEqual(decide([rule('web', '/web'), rule('db', '/db')]), ['web', 'db']);
    assert.deepEqual(decide([everywhere, rule('db', '/db')]), ['all', 'db']);
  });

  it('are auto only when each thing is', () => {
    assert.deepEqual(decide([auto('/web'), rule('db', '/db')]), ['db']);
    assert.deepEqual(decide([auto('/web'), auto('/db')]), ['auto']);
  });

  it('are none when they leave one out, and it is named', () => {
    assert.deepEqual(decide([auto('/web')]), ['no_policy', 'db-01']);
    assert.deepEqual(decide([auto('/web')], []), ['no_policy', undefined]);
  });
});
