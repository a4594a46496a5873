/** `vm migrate` of several VMs in one line: asked for, agreed to, moved in turn, refused, and cut in the middle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { alterBy, createPeople } from './alterations.ts';
import { buttonsOf, byOthers, deedsOf, readJob } from './look.ts';
import {
  ask,
  endCard,
  faultsOf,
  holdStep,
  openMoves,
  placesOf,
  readCard,
  say,
  stepsOf,
  untilCard,
} from './moves-stage.ts';

const ON = { 'esx-01': ['app-01', 'app-02', 'my vm'], 'esx-02': ['web-01'], 'esx-03': [] };
const DB = { 'web-01': { folder: '/prod/db' } };
const oneAtOnce = (text: string) => `${text}\nlimits:\n  movesPerHost: 1\n`;

/** VMs under /prod/db are for operators to agree to, those under /prod/web for ops-leads. */
function splitRules(text: string): string {
  const was = /name: move-in-test\n(.*)\n.*\n.*auto\n\n(.*\n.*\n).*folders: \[\/prod, /;
  const now =
    'name: move-in-test\n$1\n    scope: { folders: [/prod/db] }\n    decide: { approvals: 1, from: operators }\n\n$2    scope: { folders: [/prod/web, ';
  assert.match(text, was);
  return text.replace(was, now);
}

describe('vm migrate of several', { timeout: 100_000 }, () => {
  it('is one plan, one request and one job, with a line a VM and its stars', async () => {
    await using app = await openMoves({ on: ON });

    const asked = await ask(app, 'vm migrate app-01 app-02 "my vm" --reason noise');
    const card = await endCard(app);

    assert.match(asked, /Carl Wu wants to migrate app-01, app-02, my vm/);
    assert.match(asked, /3 VMs move while they run; each stands still for about a second/);
    assert.match(asked, /Takes: about \d+ s/);
    for (const name of ['app-01', 'app-02', 'my vm'])
      assert.match(asked, new RegExp(`${name} esx-0[23] ★.* while it runs`));
    assert.match(card, /J-1 · done .*✔ move app-01 to esx-0[23]/);
    assert.deepEqual(deedsOf(app), ['move', 'move', 'move']);
    assert.ok((await placesOf(app)).every((place) => !place.endsWith(' on esx-01')));
    assert.equal((await readJob(app, 1)).targetIds.length, 3);
  });

  it('leaves out whoever is there already, and says so', async () => {
    await using app = await openMoves({ on: ON });

    const asked = await ask(app, 'vm migrate app-01 web-01 --host esx-02');
    const card = await endCard(app);

    assert.match(asked, /wants to migrate app-01 to esx-02/);
    assert.match(asked, /web-01 is on esx-02 already, and is left out\./);
    assert.match(card, /J-1 · done/);
    assert.deepEqual(deedsOf(app), ['move']);
  });

  it('moves the files of all where they go, and no host changes', async () => {
    const hosts = { 'esx-01': { datastores: ['SAN', 'SAN-2'] } };
    await using app = await openMoves({ on: ON, hosts });

    const asked = await ask(app, 'vm migrate app-01 app-02 --datastore SAN-2');
    const card = await endCard(app);

    assert.match(asked, /wants to migrate the files of app-01, app-02 to SAN-2/);
    assert.match(asked, /of 2 VMs the files alone move/);
    assert.match(asked, /app-01 its files alone, on esx-01 while it runs/);
    assert.match(card, /J-1 · done .*✔ move the files of app-01 to SAN-2/);
    assert.ok((await placesOf(app)).includes('app-01 on esx-01'));
  });

  it('waits for its turn: one at a time where the host allows one', async () => {
    await using app = await openMoves({ on: ON, config: oneAtOnce });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });

    await ask(app, 'vm migrate app-01 app-02 --host esx-03');
    const waiting = await untilCard(app, /move app-02 to esx-03: waits for its turn/);
    byOthers(app, (console) => console.answerQuestion('app-01'));
    await endCard(app);

    assert.match(waiting, /J-1 · 0 of 2 VMs moved/);
    assert.ok((await placesOf(app)).includes('app-02 on esx-03'));
  });

  it('is rehearsed with a bar for each', async () => {
    await using app = await openMoves({ on: ON });

    const shown = await app.say('carl', 'vm migrate app-01 app-02 "my vm" --rehearse --plan');

    const timeline = shown.card.body.find((block) => block.block === 'timeline');
    const rows = timeline?.groups.flatMap((group) => group.rows.map(({ label }) => label)) ?? [];
    assert.deepEqual(rows.toSorted(), ['app-01', 'app-02', 'my vm']);
    assert.deepEqual(deedsOf(app), []);
  });
});

describe('vm migrate of several, refused', { timeout: 100_000 }, () => {
  it('names the VM, and what to type', async () => {
    const tied = { ties: [{ what: 'passthrough' as const, label: 'PCI device 0' }] };
    await using app = await openMoves({ on: ON, vms: { 'app-02': tied } });
    const cases = [
      [
        'vm migrate app-01 app-02 "my vm" --host esx-03',
        /app-02 cannot move: .*Without app-02: vm migrate app-01 "my vm" --host esx-03/,
      ],
      ['vm migrate app-01 app-01', /app-01 is named twice; name it once/],
      ['vm migrate app-01 wbe-01', /There is no VM called wbe-01 .* \^{6} Did you mean this one/],
      [
        'vm migrate app-01 "my vm" --host esx-01',
        /app-01 is on esx-01 already\. my vm is on esx-01/,
      ],
      [`vm migrate ${Array.from({ length: 51 }, (_, at) => `v${at}`).join(' ')}`, /more than 50/],
    ] as const;

    for (const [line, words] of cases) assert.match(await say(app, 'carl', line), words, line);

    assert.deepEqual([deedsOf(app), await app.audit('request_opened')], [[], []]);
  });

  it('for one without the right: that one is named, and nothing else is told', async () => {
    await using app = await openMoves({ on: ON, vms: DB });

    const refused = await say(app, 'ann', 'vm migrate app-01 web-01');
    const explained = await say(app, 'ann', 'explain vm migrate app-01 web-01');
    const allowed = await say(app, 'ann', 'explain vm migrate app-01 app-02');

    assert.match(refused, /^Not allowed: vm migrate web-01/);
    assert.doesNotMatch(refused, /app-01|On it you may|esx/);
    assert.match(explained, /^Not allowed: vm migrate app-01 web-01 .*vm\.migrate on web-01\./);
    assert.match(allowed, /^Allowed: vm migrate app-01 app-02/);
    assert.deepEqual(await app.audit('request_opened'), []);
  });

  it('until those have agreed whom the rules of every VM ask', async () => {
    await using app = await openMoves({ on: ON, vms: DB, config: splitRules });

    await say(app, 'bob', 'vm migrate app-01 web-01');
    const half = await say(app, 'eva', 'approval approve R-1');
    const asked = await readCard(app, 'R-1', 'bob');
    const before = deedsOf(app);
    await app.say('carl', 'approval approve R-1');
    await endCard(app, 1, 'bob');

    assert.match(asked, /R-1 · 1 of 2 agreed/);
    assert.match(
      asked,
      /Rule: move-in-test: 1 of operators and move-in-production: 1 of ops-leads/,
    );
    assert.doesNotMatch(half, /J-1/);
    assert.deepEqual([before, deedsOf(app)], [[], ['move', 'move']]);
  });
});

describe('vm migrate of several, cut', { timeout: 100_000 }, () => {
  it('goes on when one fails, says what became of each, and offers the rest again', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).refuse('move', 'not_enough_memory', { vm: 'app-02' });

    await ask(app, 'vm migrate app-01 app-02 "my vm" --host esx-03');
    const card = await endCard(app);

    assert.match(card, /J-1 · incomplete/);
    assert.match(card, /✔ move app-01 to esx-03/);
    assert.match(card, /✖ move app-02 to esx-03: .*memory/);
    assert.match(card, /✔ move my vm to esx-03/);
    assert.match(card, /What was done before is not undone/);
    const buttons = await buttonsOf(app, 'carl', 'J-1');
    assert.ok(buttons.includes('vm migrate app-02 --host esx-03'), buttons.join());
    assert.deepEqual(
      (await placesOf(app)).filter((place) => place.endsWith('esx-01')),
      ['app-02 on esx-01'],
    );
  });

  it('has failed when none of them moved', async () => {
    await using app = await openMoves({ on: ON });
    for (const vm of ['app-01', 'app-02'])
      faultsOf(app).refuse('move', 'not_enough_memory', { vm });

    await ask(app, 'vm migrate app-01 app-02 --host esx-03');

    assert.match(await endCard(app), /J-1 · failed/);
  });

  it('H13 finds what became of the one whose answer was lost, and orders none twice', async () => {
    await using app = await openMoves({ on: ON });
    faultsOf(app).dropAnswer('move', { when: 'after', vm: 'app-01' });

    await ask(app, 'vm migrate app-01 app-02 --host esx-03');
    const card = await endCard(app);

    assert.match(card, /done, with a warning .*move app-01 to esx-03: .*answer was lost/);
    assert.match(card, /✔ move app-02 to esx-03/);
    assert.deepEqual(deedsOf(app), ['move', 'move']);
  });

  it('H13 goes on after Drover was ended in the middle: each is ordered once', async () => {
    using folder = createTemporaryFolder('moves');
    const wish = { on: ON, folder: folder.path, config: oneAtOnce };
    {
      await using app = await openMoves(wish);
      faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
      await ask(app, 'vm migrate app-01 app-02 --host esx-03');
      await untilCard(app, /▸ move app-01/);
    }
    await using app = await openMoves(wish);
    byOthers(app, (console) => console.answerQuestion('app-01'));

    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
    assert.deepEqual(deedsOf(app), ['move', 'move']);
    assert.deepEqual(
      (await placesOf(app)).filter((place) => place.startsWith('app-')),
      ['app-01 on esx-03', 'app-02 on esx-03'],
    );
  });

  it('H18 is cancelled: what is under way is stopped and read back, the rest does not begin', async () => {
    await using app = await openMoves({ on: ON, config: oneAtOnce });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 app-02 --host esx-03');
    await untilCard(app, /▸ move app-01/);

    await say(app, 'carl', 'job cancel J-1');
    const card = await endCard(app);

    assert.match(card, /J-1 · cancelled/);
    assert.deepEqual(
      (await stepsOf(app)).map(({ state }) => state),
      ['cancelled', 'cancelled'],
    );
    assert.deepEqual(
      (await placesOf(app)).filter((place) => place.startsWith('app-')),
      ['app-01 on esx-01', 'app-02 on esx-01'],
    );
  });

  it('H17 one that others moved there by the start is spared, inside what was agreed', async () => {
    await using app = await openMoves({ on: ON });
    await say(app, 'carl', 'vm migrate app-01 app-02 --host esx-03');
    byOthers(app, (console) => console.moveVm('app-02', { host: 'esx-03' }));

    await app.say('bob', 'approval approve R-1');
    const card = await endCard(app);

    assert.match(card, /J-1 · done .*✔ move app-01 to esx-03 .*move app-02: left out/);
    assert.deepEqual(deedsOf(app), ['move']);
  });

  it('H26 the right on one of them is lost: nothing more begins', async () => {
    const people = createPeople();
    const held = holdStep('move-vm', 'act', 'app-01');
    await using app = await openMoves({
      ...{ on: { ...ON, 'esx-01': ['app-01', 'db-01'] }, config: oneAtOnce },
      vms: { 'db-01': { folder: '/prod/db' } },
      alter: alterBy(people.alter, held.alter),
    });
    await ask(app, 'vm migrate app-01 db-01 --host esx-03');
    await held.reached;

    // May still move what lies under /prod/web.
    people.change('carl', { groups: ['web-team'] });
    held.release();
    await eventually(async () => /needs an operator/.test(await readCard(app, 'J-1', 'bob')));
    const asked = await readCard(app, 'J-1', 'bob');
    await app.click('bob', 'End it here');
    await endCard(app, 1, 'bob');

    assert.match(asked, /Carl Wu no longer has the right vm\.migrate/);
    assert.ok((await placesOf(app)).includes('db-01 on esx-01'));
  });
});
