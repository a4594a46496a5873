import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { estimateLeftMs } from '#core/jobs/estimate-left.ts';
import type { Step } from '#core/jobs/job.ts';

const NOW = new Date('2026-11-27T03:00:00Z');
const agoMs = (ms: number) => new Date(NOW.getTime() - ms);

function step(key: string, given: Partial<Step> = {}): Step {
  const blank = { after: [], begins: 'when_done', choice: null, permits: [], facts: null } as const;
  return { key, state: 'blocked', permitsHeld: false, sentAt: null, ...blank, ...given } as Step;
}

function estimate(steps: readonly Step[], atOnce?: number): number | undefined {
  return estimateLeftMs({ steps, usualMsOf: () => 60_000, capacityOf: () => atOnce, now: NOW });
}

describe('how long a job still takes', () => {
  it('is what its line of steps takes, without what is over and what ran already', () => {
    const steps = [
      step('a', { state: 'done' }),
      step('b', { state: 'started', after: ['a'], sentAt: agoMs(20_000) }),
      step('c', { after: ['b'] }),
    ];
    assert.equal(estimate(steps), 100_000);
  });

  it('counts what runs at once once, and no more at once than there are permits', () => {
    const running = step('a', { state: 'started', permits: ['p'], permitsHeld: true, sentAt: NOW });
    const waiting = ['b', 'c'].map((key) => step(key, { state: 'waiting', permits: ['p'] }));
    assert.deepEqual(
      [estimate([...waiting, running]), estimate([...waiting, running], 1)],
      [60_000, 180_000],
    );
    const isNearlyOver = { ...running, sentAt: agoMs(59_000) };
    assert.equal(estimate([...waiting, isNearlyOver], 2), 61_000);
  });

  it('is not less than nothing for what runs too long', () => {
    assert.equal(estimate([step('a', { state: 'started', sentAt: agoMs(3_600_000) })]), 0);
  });

  it('leaves out second tries for what has not failed, and answers that nobody gave', () => {
    const again = step('again', { after: ['a'], begins: 'when_failed' });
    const off = step('off', { after: ['ask'], choice: 'power_off' });
    const ask = step('ask', { state: 'done', facts: { answer: 'leave' } });
    assert.equal(estimate([step('a', { state: 'started', sentAt: NOW }), again, ask, off]), 60_000);
    assert.equal(estimate([step('a', { state: 'failed' }), again]), 60_000);
    assert.equal(estimate([{ ...ask, facts: { answer: 'power_off' } }, off]), 60_000);
  });

  it('is not known while people are asked, or what became of an order is not', () => {
    assert.equal(estimate([step('a', { state: 'asking' }), step('b')]), undefined);
    assert.equal(estimate([step('a', { state: 'unknown' })]), undefined);
  });
});
