/** The rest of a job against what was approved: less is inside, anything else is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlannedStep } from '#core/plan/plan.ts';
import { listOtherSteps } from '#core/plan/rest-within.ts';

const NONE = { kept: new Set<string>(), older: new Set<string>() };

const step = (key: string, changes: Partial<PlannedStep> = {}): PlannedStep => ({
  ...{ key, kind: 'move-vm', version: 1, input: { vm: key, name: key }, after: [] },
  ...changes,
});

const APPROVED = [
  step('mark'),
  step('a', { after: ['mark'], isSparable: true }),
  step('b', { after: ['mark', 'a'], isSparable: true }),
  step('end', { after: ['mark', 'a', 'b'], begins: 'when_ended' }),
];

describe('the rest of a plan', () => {
  for (const [what, now, other] of [
    ['is inside as it was', APPROVED, []],
    [
      'is inside without what is spared, and waits for no more than before',
      [step('mark'), step('b', { after: [] }), step('end', { after: ['b'], begins: 'when_ended' })],
      [],
    ],
    ['is outside without what it needs', APPROVED.slice(0, 3), ['end']],
    ['is outside with a step that nobody approved', [...APPROVED, step('c')], ['c']],
    [
      'is outside where a step does something else',
      [step('mark', { kind: 'unmark' }), ...APPROVED.slice(1)],
      ['mark'],
    ],
    [
      'is outside where a step acts on something else',
      [step('mark', { input: { vm: 'other', name: 'mark' } }), ...APPROVED.slice(1)],
      ['mark'],
    ],
    [
      'is outside where a step would wait for another',
      [step('mark', { after: ['a'] }), ...APPROVED.slice(1)],
      ['mark'],
    ],
    [
      'is inside where a VM has another name',
      [step('mark', { input: { vm: 'mark', name: 'new' } }), ...APPROVED.slice(1)],
      [],
    ],
  ] as const) {
    it(what, () => {
      assert.deepEqual(listOtherSteps({ steps: now }, { steps: APPROVED }, NONE), other);
    });
  }

  it('may be without what is done, and writes a step of an older version anew', () => {
    const now = APPROVED.slice(1).map((one) => (one.key === 'a' ? { ...one, version: 2 } : one));
    const view = { kept: new Set(['mark']), older: new Set(['a']) };

    assert.deepEqual(listOtherSteps({ steps: now }, { steps: APPROVED }, view), []);
    assert.deepEqual(listOtherSteps({ steps: now }, { steps: APPROVED }, NONE), ['a', 'mark']);
  });
});
