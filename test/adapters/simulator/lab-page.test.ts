/** What docs/lab.md lists is what the lab takes: nobody finds it out by a refused configuration. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { deedOf } from '#adapters/simulator/deeds/deeds.ts';
import { ASKING, LabFault } from '#adapters/simulator/fault-list.ts';
import { LAB_METHODS } from '#adapters/simulator/planned-faults.ts';
import type { DeedName } from '#adapters/simulator/task.ts';

const PAGE = readFileSync(new URL('../../../docs/lab.md', import.meta.url), 'utf8');

/** The code words of the first line that begins so. */
function listCodes(beginning: string): string[] {
  const line = PAGE.split('\n').find((it) => it.startsWith(beginning)) ?? '';
  return [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

const isTask = (method: string): method is DeedName => {
  const fault = { fault: 'fail_task', method, code: 'platform_refused' };
  return LabFault.safeParse(fault).success;
};

describe('the page of the lab', () => {
  it('lists the methods that can ask', () => {
    const codes = listCodes('| `ask` |').filter((code) => isTask(code));

    assert.deepEqual(codes, [...ASKING]);
  });

  it('lists what the lab cancels', () => {
    const tasks = LAB_METHODS.filter(isTask);
    const cancelled = tasks.filter((deed) => deedOf(deed).canBeCancelled);

    assert.deepEqual(listCodes('Of its tasks the lab cancels'), cancelled);
  });
});
