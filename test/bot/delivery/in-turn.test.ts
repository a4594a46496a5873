/** Work of one key takes turns, and what waits for its turn stands for whoever comes meanwhile. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createInTurn } from '#bot/delivery/in-turn.ts';

it('work that waits is done once for all who came before it began; who comes later has it done again', async () => {
  const inTurn = createInTurn();
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const work = (name: string) => async () => {
    begun.push(name);
    await gate.promise;
    return name;
  };

  const first = inTurn('card', work('first'));
  await Promise.resolve();
  await Promise.resolve();
  const others = ['second', 'third', 'fourth'].map((name) => inTurn('card', work(name)));
  const elsewhere = inTurn('other card', work('elsewhere'));
  gate.resolve();

  assert.deepEqual(await Promise.all([first, ...others, elsewhere]), [
    ...['first', 'second', undefined, undefined, 'elsewhere'],
  ]);
  assert.deepEqual(begun, ['first', 'elsewhere', 'second']);
  assert.equal(await inTurn('card', work('fifth')), 'fifth');
});

it('work that fails tells its own caller alone, and the next has its turn', async () => {
  const inTurn = createInTurn();

  const failing = inTurn('card', () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);

  assert.equal(await inTurn('card', async () => 'next'), 'next');
});
