import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { it } from 'node:test';
import { COUNT, FIRST, findFreePort } from '../helpers/peers/find-free-port.ts';

it('passes over a port that is taken on any of the addresses it is for', async (test) => {
  await using taken = createServer().listen(0, '127.0.0.12');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { random } = Math;
  const first = [(port - FIRST + 0.5) / COUNT];
  test.mock.method(Math, 'random', () => first.shift() ?? random());

  const found = await findFreePort('127.0.0.11', '127.0.0.12');

  assert.deepEqual(first, []);
  assert.notEqual(found, port);
});
