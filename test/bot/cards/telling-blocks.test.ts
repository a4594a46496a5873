/** Who was told, on the card: counts and names that fit a phone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tellingBlocks, tellingFields } from '#bot/cards/telling-blocks.ts';
import type { Telling, TellingSum } from '#core/ports/tellings.ts';

const changedAt = new Date(0);
const toTelling = (
  personName: string,
  outcome: Telling['outcome'],
  code: Telling['code'] = null,
): Telling => ({ requestId: 'r', personId: personName, personName, outcome, code, changedAt });

function toSum(...all: readonly Telling[]): TellingSum {
  const told = all.filter(({ outcome }) => outcome === 'told');
  const notReached = all.filter(({ outcome }) => outcome === 'not_reached');
  const waiting = all.length - told.length - notReached.length;
  const counts = { told: told.length, waiting, not_reached: notReached.length };
  return { counts, told, notReached };
}

describe('who was told', () => {
  it('H33 is nothing where nobody was meant', () => {
    assert.deepEqual([tellingFields(toSum(), 5), tellingBlocks(toSum())], [[], []]);
  });

  it('H33 adds up to everybody who was meant, with the reason of each who was not reached', () => {
    const fields = tellingFields(
      toSum(
        toTelling('Bob Stein', 'told'),
        toTelling('Eva Lang', 'waiting'),
        toTelling('Gus West', 'not_reached', 'not_linked'),
        toTelling('Ida Roth', 'not_reached', 'archived'),
      ),
      5,
    );

    assert.deepEqual(fields, [
      { label: 'Told', value: '1 of 4 · Bob Stein · 1 on their way' },
      {
        label: 'Not reached',
        value: '2 of 4 · Gus West (linked in no chat), Ida Roth (the channel is archived)',
      },
    ]);
  });

  it('H33 names a few and counts the rest; Details name more', () => {
    const many = toSum(...Array.from({ length: 17 }, (_, at) => toTelling(`P${at}`, 'told')));

    const [field] = tellingFields(many, 5);
    const [details] = tellingBlocks(many);

    assert.equal(field?.value, '17 of 17 · P0, P1, P2, P3, P4 and 12 more');
    assert.match(JSON.stringify(details), /P16/);
  });
});
