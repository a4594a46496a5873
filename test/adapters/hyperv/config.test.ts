/** What a connection of kind `hyperv` may say in drover.yaml, beyond what one host's login takes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HypervConfig } from '#adapters/hyperv/config.ts';

const base = { id: 'hv', kind: 'hyperv', user: 'LAB\\svc', password: 'secret', hosts: ['a', 'b'] };
const THUMBPRINT = 'ab'.repeat(32);

function refusals(given: object): (readonly [string, string])[] {
  const { error } = HypervConfig.safeParse({ ...base, ...given });
  return (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
}

describe('a connection of kind hyperv', () => {
  it('takes hosts with and without a port', () => {
    assert.deepEqual(refusals({ hosts: ['a', 'a:5985', 'b:5986'] }), []);
  });

  for (const [what, given, where, words] of [
    ['a bad port', { hosts: ['a', 'b:99999'] }, 'hosts.1', /65535/],
    ['a host twice', { hosts: ['a', 'A'] }, 'hosts.1', /twice/],
    ['a host twice, by its port', { hosts: ['a', 'a:5986'] }, 'hosts.1', /twice/],
    [
      'a host twice, by its port of HTTP',
      { protocol: 'http', hosts: ['a:5985', 'a'] },
      ...(['hosts.1', /twice/] as const),
    ],
    [
      'a bad thumbprint',
      { thumbprints: { a: THUMBPRINT, b: 'zz' } },
      ...(['thumbprints.b', /SHA-256/] as const),
    ],
    ['a missing thumbprint', { thumbprints: { a: THUMBPRINT } }, 'thumbprints', /b is missing/],
    ['a login, once for all hosts', { user: 'svc' }, 'user', /DOMAIN/],
  ] as const)
    it(`is refused, and says where: ${what}`, () => {
      const found = refusals(given);

      assert.deepEqual(
        found.map(([path]) => path),
        [where],
      );
      assert.match(found[0]?.[1] ?? '', words);
    });
});
