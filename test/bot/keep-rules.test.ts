/** Rules are read anew each minute, and what parted is logged once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig } from '#bot/config.ts';
import { keepRules, openRules } from '#bot/keep-rules.ts';
import type { Log } from '#bot/log.ts';
import { authorize } from '#core/rights/authorize.ts';
import { LEADS, openPinned, WEB } from './open-pinned.ts';

const CONFIG = `
lab: {}
roles:
  - { name: web, members: [web-team], allow: [vm.list] }
policies:
  - { name: ask, operations: [vm.*], decide: { approvals: 1, from: leads } }
`;

function createMemory() {
  const lines: string[] = [];
  const write = (level: string) => (facts: object, words: string) =>
    void lines.push(`${level} ${words} ${JSON.stringify(facts)}`);
  const log = { debug: write('debug'), info: write('info'), warn: write('warn') };
  return { lines, log: { ...log, error: write('error') } as unknown as Log };
}

async function openKept() {
  const pinned = await openPinned();
  const loaded = loadConfig({ name: 'drover.yaml', text: CONFIG }, { env: {}, readFile: () => '' });
  const { lines, log } = createMemory();
  const kept = await openRules({ ...pinned, loaded, log });
  return { ...kept, pinned, lines, [Symbol.asyncDispose]: () => pinned[Symbol.asyncDispose]() };
}

describe('the rules of a running Drover', () => {
  it('H28 follow what the names of their groups stand for, and say it once each way', async () => {
    await using kept = await openKept();
    const { rules, pinned, lines } = kept;
    const parted = () => rules.roles[0]?.members[0]?.disagreement?.code;
    assert.deepEqual([parted(), lines], [undefined, []]);

    pinned.world.groups = [
      { ...WEB, id: 'S-1-other' },
      { id: 'S-1-leads', name: 'leads' },
    ];
    for (let minute = 0; minute < 3; minute += 1) await kept.reread();
    assert.equal(parted(), 'another_group');
    pinned.world.groups = [WEB, { id: 'S-1-leads', name: 'leads' }];
    await kept.reread();

    assert.equal(parted(), undefined);
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? '',
      /^warn what names it grants nothing: The group web-team was S-1-web when its name was first read; the name is that of S-1-other now\. An administrator writes/,
    );
    assert.match(lines[1] ?? '', /^info a group is what its name meant again .*"S-1-web"/);
  });

  it('H28 H09 keep what had parted while the directory does not answer: nobody gets the right back by that', async () => {
    await using kept = await openKept();
    const { rules, pinned, lines } = kept;
    pinned.world.groups = [{ ...WEB, id: 'S-1-other' }, LEADS];
    await kept.reread();
    pinned.world.isAway = true;
    for (let minute = 0; minute < 3; minute += 1) await kept.reread();

    const [member] = rules.roles[0]?.members ?? [];
    assert.deepEqual([member?.id, member?.disagreement?.nowId], ['S-1-web', 'S-1-other']);
    const person = { id: 'ann', state: 'active', groupIds: ['S-1-web'] } as const;
    assert.equal(authorize({ person, action: 'vm.list' }, rules.roles).code, 'group_disagrees');
    assert.equal(lines.filter((line) => line.includes('web-team')).length, 1);
    pinned.world.isAway = false;
    pinned.world.groups = [WEB, LEADS];
    await kept.reread();
    assert.equal(authorize({ person, action: 'vm.list' }, rules.roles).code, 'allowed');
  });

  it('H09 say once that a name could not be compared, and that its pin holds', async () => {
    await using kept = await openKept();
    kept.pinned.world.isAway = true;

    await kept.reread();
    await kept.reread();

    assert.equal(kept.rules.roles[0]?.members[0]?.id, 'S-1-web');
    assert.deepEqual(
      kept.lines.map((line) => line.slice(0, 60)),
      Array(2).fill('warn a group could not be compared with its pin, which holds'),
    );
  });

  it('are read again after a fault, and no more once Drover ends', async () => {
    const ending = new AbortController();
    const [pauses, errors]: [number[], unknown[]] = [[], []];
    let read = 0;
    const clock = { pause: async (ms: number) => void pauses.push(ms) };
    const reread = async () => {
      read += 1;
      if (read === 1) throw new Error('the database is away');
      if (read === 3) ending.abort();
    };

    await keepRules(reread, clock, { ending: ending.signal, onError: (it) => errors.push(it) });

    assert.equal(read, 3);
    assert.deepEqual(new Set(pauses), new Set([60_000]));
    assert.match(String(errors), /the database is away/);
  });
});
