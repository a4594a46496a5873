/** What platforms say of moves: asked anew for each plan, kept while that plan is made. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { createMoveAnswers, examineMoves } from '#core/operations/examine-moves.ts';
import type { WorldDeps } from '#core/operations/prepare-world.ts';
import { vmMigrate } from '#core/operations/vm-migrate.ts';
import type { MigrationFacet } from '#core/ports/moving.ts';
import { idOf, makeMovesWorld } from './moves-world.ts';

const HOSTS = { 'h-0': {}, 'h-1': {}, 'h-2': { cpuUsedShare: 0.5 } };
const ERROR = { severity: 'error', code: 'NotSupported', words: 'no' } as const;

function openExamination(check: (host: string) => ReturnType<MigrationFacet['check']>) {
  const asked: string[] = [];
  const answers = createMoveAnswers();
  const world = makeMovesWorld({
    hosts: HOSTS,
    vms: { 'v-0': { hostHandle: 'h-0' } },
    answerOf: answers.of,
  });
  const migration = {
    ...{ can: [], limits: {} },
    check: (_vm: unknown, { host }: { host?: { handle: string } }) => {
      asked.push(host?.handle ?? '');
      return check(host?.handle ?? '');
    },
  };
  const deps = {
    ...{ sync: { index: world.index }, moveAnswers: answers },
    connections: new Map([['vc', { id: 'vc', migration }]]),
  } as unknown as WorldDeps;
  const plan = () => vmMigrate.plan({ vmId: idOf('v-0'), quick: false }, world);
  return {
    ...{ asked, answers, plan },
    examine: () => examineMoves(deps, async () => plan()),
  };
}

describe('moves asked of their platform', () => {
  it('are planned again where it forbids the first, and the next one is asked as well', async () => {
    const { asked, examine, plan } = openExamination(async (host) =>
      host === 'h-1' ? [ERROR] : [],
    );
    const before = plan().advice.moves?.[0];

    await examine();

    const after = plan().advice.moves?.[0];
    assert.deepEqual([before?.toName, after?.toName, after?.isChecked], ['h-1', 'h-2', true]);
    assert.deepEqual(asked, ['h-1', 'h-2']);
  });

  it('are asked of nobody twice for one plan, and have no place where every answer is no', async () => {
    const { asked, examine, plan } = openExamination(async () => [ERROR]);

    await examine();

    assert.deepEqual(asked, ['h-1', 'h-2']);
    assert.deepEqual(plan().advice.moves, []);
  });

  it('count as unchecked where it does not answer, which is neither for nor against', async () => {
    const { examine, plan } = openExamination(() =>
      Promise.reject(new OperationError('no_answer', 'unknown')),
    );

    await examine();

    const [move] = plan().advice.moves ?? [];
    assert.equal(move?.isChecked, false);
    assert.deepEqual(
      plan().advice.notes.map(({ code }) => code),
      ['moves_not_checked'],
    );
  });
});

describe('answers of platforms', () => {
  const NO = { against: [], warnings: [] };

  it('are forgotten of the VMs that are asked about anew, and of no other', () => {
    const answers = createMoveAnswers();
    answers.keep('vm-1', 'host', NO);
    answers.keep('vm-10', 'host', NO);

    answers.forget(new Set(['vm-1']));

    assert.deepEqual([answers.of('vm-1', 'host'), answers.of('vm-10', 'host')], [undefined, NO]);
  });

  it('of which there are too many leave the oldest out', () => {
    const answers = createMoveAnswers();
    for (let at = 0; at <= 10_000; at += 1) answers.keep(`vm-${at}`, 'host', NO);

    assert.deepEqual([answers.of('vm-0', 'host'), answers.of('vm-1', 'host')], [undefined, NO]);
  });
});
