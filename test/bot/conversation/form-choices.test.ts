/** What a form offers: only names that its person may see where the things are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMANDS } from '#bot/commands/registry.ts';
import { openForm } from '#bot/conversation/form.ts';
import { listNames } from '#bot/conversation/form-choices.ts';
import { searchNames } from '#bot/conversation/search-choices.ts';
import { listFormFaults, toFormLine } from '#bot/conversation/submit-form.ts';
import { parseCommand } from '#bot/grammar/parse-command.ts';
import { ANN, makeHouse, person } from '#test/bot/commands/views/view-house.ts';
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

const CARL = person('carl', 'Carl Wu');

/** What the form of `vm migrate` says of these names. */
async function fill(vm: string) {
  const objects = ['web-01', 'my vm'].map((name) => make('vm', name, { body: { name } }));
  const asking = {
    ...{ house: makeHouse({ objects, roles: [makeRole({ allow: ['vm.show'] })] }), person: CARL },
    ...{ place: 'here', via: 'console', text: '', chosen: {} },
  };
  return { asking, line: toFormLine({ command: 'vm migrate' }, { vm, host: 'esx 1' }) };
}

describe('a field for several names', () => {
  it('takes a line each, and a name with spaces is one', async () => {
    const { line } = await fill('web-01\n my vm \r\n\n');

    assert.equal(line, 'vm migrate web-01 "my vm" --host "esx 1"');
    assert.deepEqual(listFormFaults({ command: 'vm migrate' }, { vm: 'a\nb\na' }), {
      vm: 'a is named twice; name it once.',
    });
    assert.deepEqual(listFormFaults({ command: 'vm migrate' }, { vm: ' \n' }), {
      vm: 'This is needed.',
    });
  });

  it('shows each that was typed on its line, over a fault too', async () => {
    const { asking } = await fill('web-01');
    const command = COMMANDS.find(({ words }) => words.join(' ') === 'vm migrate');
    assert.ok(command);
    const parsed = parseCommand('vm migrate web-01 "my vm"', COMMANDS);
    assert.ok(parsed.ok);

    const draft = await openForm(asking, command, parsed.command)(undefined as never);

    assert.ok(draft !== 'again' && 'inputs' in draft);
    assert.deepEqual(draft.inputs?.[0], {
      ...{ name: 'vm', label: 'VM: one, or several, each on a line of its own', required: true },
      ...{ value: 'web-01\nmy vm', input: 'text', multiline: true },
    });
  });
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
