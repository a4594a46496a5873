/** What a move says of a VM that is not where it was wished: one place, two, or none that can be proven (H13, H15). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import type { PowerState } from '#core/inventory/estate-object.ts';
import { createMoveVm, createMoveVmAway } from '#core/steps/move-vm.ts';
import type { StepWorld } from '#core/steps/step-world.ts';
import { GIB } from '../estate-makers.ts';

const ref = (kind: 'vm' | 'host', handle: string) =>
  ({ connectionId: 'vc', kind, handle, identity: `uuid-${handle}` }) as const;
const INPUT = {
  ...{ vm: ref('vm', 'vm-1'), name: 'web-01', way: 'live' as const },
  ...{ from: ref('host', 'h-1'), fromName: 'esx-01', host: ref('host', 'h-2'), hostName: 'esx-02' },
} as const;
const CALL = { stepToken: 'j-1/move', signal: new AbortController().signal, onProgress() {} };

const at = (hostHandle: string, power: PowerState = 'on') => ({
  ...{ kind: 'vm', handle: 'vm-1', identity: 'uuid-vm-1' },
  body: { name: 'web-01', hostHandle, power, disks: [{ sizeBytes: 40 * GIB }] },
});

interface Seen {
  /** Under its handle. */
  readonly vm?: ReturnType<typeof at>;
  readonly copies?: readonly ReturnType<typeof at>[];
  readonly silent?: readonly string[];
}

function worldOf({ vm = at('h-1'), copies = [vm], silent = [] }: Seen): StepWorld {
  const read = async ({ kind, handle }: { kind: string; handle: string }) =>
    kind === 'vm' ? vm : { kind: 'host', handle, body: { name: `name of ${handle}` } };
  const migration = { findCopies: async () => ({ copies, silent }) };
  const connection = { id: 'vc', estate: { read }, migration };
  return { changeable: async () => connection } as unknown as StepWorld;
}

const judge = (seen: Seen, create = createMoveVm) => create(worldOf(seen)).verify(INPUT, CALL);

describe('a VM after its move', () => {
  it('stands where it was wished, or stayed, or went off where it was', async () => {
    const [there, stayed, off] = await Promise.all([
      judge({ vm: at('h-2') }),
      judge({}),
      judge({ vm: at('h-1', 'off') }),
    ]);

    assert.deepEqual([there.verdict, there.code], ['as_wished', undefined]);
    assert.deepEqual([stayed.verdict, stayed.facts], ['not_as_wished', { vm: 'web-01' }]);
    assert.deepEqual([off.verdict, off.code], ['as_wished', 'guest_went_off']);
  });

  it('counts as away wherever it stands, where it only has to leave', async () => {
    assert.equal((await judge({ vm: at('h-9') }, createMoveVmAway)).verdict, 'as_wished');
    assert.equal((await judge({ vm: at('h-9') })).verdict, 'not_as_wished');
  });

  it('H15 B57 is the only one that runs; the other is named with its host and size', async () => {
    const {
      verdict,
      code,
      facts = {},
      observed,
    } = await judge({
      copies: [at('h-1'), at('h-2', 'off'), at('h-9', 'off')],
    });

    assert.deepEqual([verdict, code], ['not_as_wished', 'two_copies']);
    assert.equal(observed?.kind === 'vm' && observed.body.hostHandle, 'h-1');
    assert.equal(
      ERROR_WORDS.two_copies(facts),
      'web-01 is the one on esx-01. What its move left stands on esx-02 (40 GiB); name of h-9 (40 GiB), and is not removed by itself.',
    );
  });

  it('H15 B57 is none of them where two run, or a host is silent that may have one', async () => {
    const unproven = [
      { copies: [at('h-1'), at('h-2')] },
      { copies: [at('h-1'), at('h-2', 'off')], silent: ['esx-07'] },
      { copies: [at('h-2', 'off')], silent: ['esx-01'] },
    ];
    for (const seen of unproven) {
      const { verdict, code, observed, facts } = await judge(seen);

      assert.deepEqual([verdict, code, observed], ['not_as_wished', 'two_copies', undefined]);
      assert.match(ERROR_WORDS.two_copies(facts ?? {}), /^Which one is web-01 cannot be proven/);
    }
  });

  it('H13 cannot be told where it is seen nowhere and a host is silent; else it is gone', async () => {
    const lost = await judge({ copies: [], silent: ['esx-01'] });
    const gone = await judge({ copies: [] });

    assert.deepEqual([lost.verdict, gone.verdict], ['cannot_tell', 'not_as_wished']);
  });
});
