/** Sealing goes page by page, and leaves others their turn. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseLimit } from '#core/audit/page.ts';
import { FIRST_HASH, hashEvent, sealEvents } from '#core/audit/seal.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { openAudit } from './open-audit.ts';

describe('sealing', () => {
  it('H38 takes ten thousand events in small pages, with a pause after each', async () => {
    using folder = createTemporaryFolder('seal');
    await using audit = await openAudit(`sqlite:${folder.path}/drover.db`);
    await audit.write(...Array.from({ length: 10_000 }, (_, index) => index));
    const places: number[] = [];
    const countSealed = () =>
      audit.store.read(async (reads) => (await reads.audit.findHead())?.chainIndex ?? 0);

    const head = await sealEvents(audit.store, async () => void places.push(await countSealed()));

    const steps = places.map((place, index) => place - (places[index - 1] ?? 0));
    assert.equal(head?.chainIndex, 10_000);
    assert.ok(Math.max(...steps) <= 128, `${steps}`);
    assert.ok(places.length >= 78, `${places.length}`);
  });

  it('chains the stored body, its place and what was before', async () => {
    using folder = createTemporaryFolder('seal');
    await using audit = await openAudit(`sqlite:${folder.path}/drover.db`);
    assert.equal(await sealEvents(audit.store, async () => {}), undefined);
    await audit.write('e\u0301', 2);

    const head = await sealEvents(audit.store, async () => {});

    const rows = await audit.store.read((reads) => reads.audit.listSealedAfter(0, 10));
    const [one = '', two = ''] = rows.map(({ body }) => body);
    const hash = hashEvent(hashEvent(FIRST_HASH, 1, one), 2, two);
    assert.deepEqual(head, { chainIndex: 2, hash });
    assert.deepEqual(await sealEvents(audit.store, async () => {}), head);
  });

  it('takes few of the long ones at once, and at least one', () => {
    const rows = (count: number, length: number) =>
      Array.from({ length: count }, () => ({ body: 'x'.repeat(length) }));

    assert.equal(chooseLimit(rows(8, 100)), 128);
    assert.equal(chooseLimit(rows(8, 50_000)), 10);
    assert.equal(chooseLimit(rows(8, 2_000_000)), 1);
  });
});
