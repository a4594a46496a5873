/** What the card says of a job that begins nothing more (H26). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HeldFacts, heldBlocks, toHeldState } from '#bot/cards/held-blocks.ts';
import type { Gate, Job } from '#core/jobs/job.ts';

const NOW = new Date('2026-03-02T10:05:00Z');
const JOB = {
  ...{ id: 'j', state: 'running', cancelAskedAt: null, code: 'rights_unknown' },
  ...{ requesterId: 'carl', requesterName: 'Carl Wu' },
  facts: { cause: 'directory_not_reachable', heldSince: '2026-03-02T10:00:00Z' },
} as unknown as Job;
const GATE = {
  ...{ id: 'j#1', jobId: 'j', stepId: 'j', answer: null },
  until: new Date('2026-03-02T12:15:00Z'),
} as unknown as Gate;

const wordsOf = (facts: Partial<HeldFacts>) => {
  const all = { job: JOB, gates: [], now: NOW, timeZone: 'UTC', ...facts };
  const [block] = heldBlocks(all);
  return [toHeldState(all), block?.block === 'text' && block.text];
};

describe('a job of which nobody knows whether it may go on', () => {
  it('H18 says until when it waits, and what becomes of it then', () => {
    const [state, words] = wordsOf({});

    assert.equal(state, 'waits for the directory');
    assert.match(String(words), /if it is not by .*10:15.*, an operator is asked\.$/);
  });

  it('H18 says until when an operator is asked, and that it ends then', () => {
    const [state, words] = wordsOf({ gates: [GATE] });

    assert.equal(state, 'needs an operator');
    assert.match(
      String(words),
      /^Whether Carl Wu may still ask for it is not known: .* It goes on when that is known, or an operator says whether it goes on, until .*12:15.*; else it ends here\.$/,
    );
  });
});
