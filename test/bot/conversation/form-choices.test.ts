/** What a form offers: only names that its person may see where the things are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listNames } from '#bot/conversation/form-choices.ts';
import { searchNames } from '#bot/conversation/search-choices.ts';
import { ANN, makeHouse } from '#test/bot/commands/views/view-house.ts';
import { make } from '#test/core/estate-makers.ts';
import { makeRole } from '#test/core/rights/roles.ts';

const KINDS = ['template', 'host', 'datastore', 'network', 'cluster'] as const;
const RIGHTS = KINDS.map((kind) => `${kind}.list`);

const house = makeHouse({
  objects: KINDS.flatMap((kind) => [
    make(kind, `own-${kind}`),
    make(kind, `other-${kind}`, { connectionId: 'secret' }),
  ]),
  roles: [
    makeRole({ allow: RIGHTS, scope: { connections: ['vc'] } }),
    makeRole({ name: 'makes', allow: ['vm.create'] }),
  ],
});

describe('a form offers of another connection than the role’s', () => {
  for (const kind of KINDS)
    it(`no ${kind}, in its list and in its search`, () => {
      const choosing = { house, person: ANN };

      assert.deepEqual(listNames(choosing, kind), [`own-${kind}`]);
      const asked = { command: 'vm create', field: kind, typed: 'other' };
      assert.deepEqual(searchNames(choosing, asked), []);
    });
});
