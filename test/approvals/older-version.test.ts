/** What another version of Drover left behind: it works, or it ends and says why (H36). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listEvents, open, openAgreed, read, start, vote } from './house-deeds.ts';
import { type House, openHouse } from './open-house.ts';

/** As a version wrote it that knew other inputs. */
async function rewriteInput(house: House, { id }: { id: string }, input: object): Promise<void> {
  const db = house.handle.kysely();
  await db
    .updateTable('request')
    .set({ input: JSON.stringify(input) })
    .where('id', '=', id)
    .execute();
}

async function assertOlder(house: House, request: { id: string }): Promise<void> {
  const { job, request: now, reservation } = await start(house, request);
  assert.deepEqual([job?.state, job?.code], ['refused', 'made_by_older_version']);
  assert.deepEqual([now.state, now.code], ['ended', 'made_by_older_version']);
  assert.equal(reservation, undefined);
  const ends = (await listEvents(house, request.id)).filter(({ event }) => event === 'job_ended');
  assert.deepEqual(
    ends.map(({ facts }) => facts.code),
    ['made_by_older_version'],
  );
}

describe('an approved request of an older version', () => {
  it('H36 ends when this one does not know the operation, and frees what it held', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.breaks.operations = new Set(['vm.create']);

    await assertOlder(house, request);
  });

  it('H36 ends when this one does not understand its input', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    await rewriteInput(house, request, { connectionId: 'vc', name: 'web-07', image: 'debian-12' });

    await assertOlder(house, request);
  });

  it('H36 ends although the directory does not answer: no reading would make it work', async () => {
    await using house = await openHouse();
    const request = await openAgreed(house);
    house.breaks.operations = new Set(['vm.create']);
    house.breaks.directory = true;

    await assertOlder(house, request);
  });
});

describe('an open request of an older version', () => {
  it('H36 can still be denied', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await rewriteInput(house, request, { image: 'debian-12' });

    const outcome = await vote(house, request, 'bob', 'deny', { reason: 'ask again' });

    assert.equal(outcome.outcome === 'counted' && outcome.decided, 'denied');
    assert.equal((await read(house, request.id)).reservation, undefined);
  });

  it('H36 ends at its start when it is agreed to', async () => {
    await using house = await openHouse();
    const request = await open(house);
    await rewriteInput(house, request, { image: 'debian-12' });
    for (const login of ['bob', 'eva']) await vote(house, request, login);

    await assertOlder(house, request);
  });
});
