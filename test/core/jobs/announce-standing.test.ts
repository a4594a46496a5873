/** A question of a platform shows on the cards of the jobs that change its VM, and of the one that makes it (H16). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceQuestions, connectionOf } from '#core/jobs/announce-standing.ts';
import type { EstateWrite, Tx } from '#core/ports/store.ts';
import { make, makeIndex } from '../estate-makers.ts';

const TOKEN = 'j-1/clone-vm';
const KNOWN = make('vm', 'v-1', { body: { stepToken: TOKEN } });
const ASKING = { ...KNOWN, body: { ...KNOWN.body, question: 'Overwrite it?' } } as EstateWrite;

async function listAnnounced(write: EstateWrite, makerEndedAt: Date | null): Promise<string[]> {
  const announced: string[] = [];
  const jobs = {
    listOpenOn: async () => [{ id: 'j-2' }],
    find: async (id: string) => ({ id, endedAt: makerEndedAt }),
  };
  const announcer = { jobChanged: async (_tx: Tx, id: string) => void announced.push(id) };
  const parts = { index: makeIndex([KNOWN]), announcer };
  await announceQuestions(parts, { jobs } as unknown as Tx, { writes: [write] });
  return announced;
}

describe('a question that a platform asks', () => {
  it('H16 is told to who changes the VM and to who makes it', async () => {
    assert.deepEqual(await listAnnounced(ASKING, null), ['j-1', 'j-2']);
  });

  it('is no matter of a job that made the VM and has ended', async () => {
    assert.deepEqual(await listAnnounced(ASKING, new Date(0)), ['j-2']);
  });
});

describe('the connection of a step', () => {
  it('is known of what makes a VM, which has none to name', () => {
    assert.equal(connectionOf({ input: { connectionId: 'vc', name: 'w-1' } }), 'vc');
    assert.equal(connectionOf({ input: { vm: { connectionId: 'hv' } } }), 'hv');
  });
});
