/** A host that fails: one card, which names the VMs that run elsewhere as they come up, and says when the host is back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createShiftedClock } from '#test/helpers/shift-clock.ts';
import { byOthers, findVm, readAnew, untilFailing, untilKnown } from './look.ts';
import { ask, endCard, faultsOf, holdStep, openMoves, say, vmsOn } from './moves-stage.ts';
import { HIGHLY_AVAILABLE, noticedCards, noticedLines, ON, untilNoticed } from './noticed-stage.ts';

const LIMIT = { timeout: 100_000 };
const ALL = /8 VMs that stood on it run on other hosts now/;

describe('a host that fails', LIMIT, () => {
  it('is one card, however many VMs start elsewhere, and the same card says when it is back', async () => {
    await using app = await openMoves({ on: ON, vms: HIGHLY_AVAILABLE });

    byOthers(app, (console) => console.failHost('esx-01'));
    const down = await untilNoticed(app, ALL);
    const [card] = await noticedCards(app);
    byOthers(app, (console) => console.setHost('esx-01', { state: 'connected' }));
    const back = await untilNoticed(app, /responds again/);

    assert.match(down, /Host esx-01 does not respond since .*8 VMs ran on it when last seen/);
    assert.match(down, /app-01 on esx-0[23], .* and 3 more/);
    assert.match(down, /lab-vc · C1 · its platform says not_responding/);
    assert.deepEqual(
      card?.card.actions.map(({ label }) => label),
      ['vm list --host esx-01 --connection lab-vc', 'host list --cluster C1 --connection lab-vc'],
    );
    assert.match(back, /Host esx-01 responds again over since .*8 VMs that stood on it.*It lasted/);
    assert.equal((await noticedLines(app)).length, 1);
    assert.deepEqual(await vmsOn(app, 'esx-01'), []);
    assert.equal((await app.audit('noticed')).length, 1);
    assert.equal((await app.audit('noticed_over')).length, 1);
  });

  it('has buttons that do what they say', async () => {
    await using app = await openMoves({ on: ON });
    byOthers(app, (console) => console.failHost('esx-01'));
    await untilNoticed(app, /does not respond/);

    const answer = await app.click('carl', 'vm list --host esx-01 --connection lab-vc');

    assert.equal(answer.card.title, 'VMs');
    assert.equal(answer.card.state, '8');
  });

  it('claims nothing of VMs that stay, of those that others moved before, and of one that was off', async () => {
    await using app = await openMoves({ on: ON, vms: { 'app-02': { power: 'off' } } });
    byOthers(app, (console) => console.moveVm('app-01', { host: 'esx-02' }));
    await untilKnown(app, () => findVm(app, 'app-01').body.hostHandle !== hostHandle('esx-01'));
    function hostHandle(name: string) {
      return app.drover.house.index.byName('host', name)[0]?.handle;
    }

    byOthers(app, (console) => console.failHost('esx-01'));
    const down = await untilNoticed(app, /does not respond/);
    byOthers(app, (console) => {
      console.moveVm('app-02', { host: 'esx-03' });
      console.setPower('app-02', 'on');
      console.editVm('app-03', { guestOs: 'the last of the changes' });
    });
    await untilKnown(app, () => findVm(app, 'app-03').body.guestOs === 'the last of the changes');

    assert.match(down, /6 VMs ran on it/);
    assert.equal(findVm(app, 'app-02').body.hostHandle, hostHandle('esx-03'));
    assert.doesNotMatch((await noticedLines(app)).at(-1) ?? '', /other host/);
  });

  it('is nothing to tell in maintenance mode: whoever emptied it may switch it off', async () => {
    await using app = await openMoves({ on: { ...ON, 'esx-01': [] } });
    await ask(app, 'host maintenance enter esx-01');
    await endCard(app);

    byOthers(app, (console) => console.failHost('esx-01'));
    byOthers(app, (console) => console.failHost('esx-02'));
    const down = await untilNoticed(app, /does not respond/);

    assert.match(down, /esx-02/);
    assert.equal((await noticedLines(app)).length, 1);
  });

  it('is told to those who answer for jobs and may see it, and to nobody else', async () => {
    const config = (text: string) =>
      text.replace(
        'allow: [vm.*, vm.identify, connection.accept, job.cancel, job.answer, job.retry, link.*, role.*]',
        'allow: [vm.*, job.answer]\n    deny: [host.list]',
      );
    await using app = await openMoves({ on: ON, config });

    byOthers(app, (console) => console.failHost('esx-01'));
    await untilNoticed(app, /does not respond/);

    const readers = ['ann', 'bob', 'carl', 'dora', 'eva'];
    const counts = await Promise.all(readers.map((one) => noticedCards(app, one)));
    assert.deepEqual(
      counts.map(({ length }) => length),
      [0, 1, 1, 0, 1],
    );
  });
});

describe("Drover's own moves", LIMIT, () => {
  it('are never noticed', async () => {
    await using app = await openMoves({ on: ON });

    await ask(app, 'vm migrate app-01');
    await endCard(app);
    await ask(app, 'host maintenance enter esx-01', 2);
    await endCard(app, 2);
    await ask(app, 'vm stop app-02', 3);
    await endCard(app, 3);
    await say(app, 'carl', 'vm start app-02');
    await endCard(app, 4);

    assert.deepEqual(await noticedLines(app), []);
    assert.deepEqual(await app.audit('noticed'), []);
  });

  it('are not counted among restarts where a step has the VM in hand', async () => {
    const held = holdStep('move-vm', 'verify', 'app-01');
    await using app = await openMoves({ on: ON, vms: HIGHLY_AVAILABLE, alter: held.alter });
    faultsOf(app).ask('move', 'Go on?', { vm: 'app-01' });
    await ask(app, 'vm migrate app-01 --host esx-02');

    await untilKnown(app, () => findVm(app, 'app-01').body.question !== undefined);
    byOthers(app, (console) => console.failHost('esx-01'));
    const down = await untilNoticed(app, /7 VMs that stood on it run on other hosts now/);
    await untilKnown(app, () => findVm(app, 'app-01').body.power === 'on');
    held.release();
    await endCard(app);

    assert.doesNotMatch(down, /app-01/);
    assert.doesNotMatch((await noticedLines(app)).at(-1) ?? '', /app-01|8 VMs that stood/);
  });
});

describe('a host that comes and goes', LIMIT, () => {
  it('is one card in half an hour, which counts; later it is news again', async () => {
    const clock = createShiftedClock();
    await using app = await openMoves({ on: ON, vms: HIGHLY_AVAILABLE, alter: clock.alter });
    byOthers(app, (console) => console.failHost('esx-01'));
    await untilNoticed(app, ALL);
    for (let flap = 2; flap <= 4; flap += 1) {
      byOthers(app, (console) => console.setHost('esx-01', { state: 'connected' }));
      await untilNoticed(app, /responds again/);
      byOthers(app, (console) => console.failHost('esx-01'));
      await untilNoticed(app, new RegExp(`does not respond.*${flap} times since`));
    }
    const flapping = await noticedLines(app);
    byOthers(app, (console) => console.setHost('esx-01', { state: 'connected' }));
    await untilNoticed(app, /responds again/);
    clock.forward(31 * 60_000);

    byOthers(app, (console) => console.failHost('esx-01'));
    const anew = await untilNoticed(app, /does not respond/);

    assert.equal(flapping.length, 1);
    // It speaks of this time: nothing ran there any more.
    assert.match(flapping[0] ?? '', /No VM ran on it/);
    assert.doesNotMatch(flapping[0] ?? '', ALL);
    assert.equal((await noticedLines(app)).length, 2);
    assert.doesNotMatch(anew, /times since/);
  });
});

describe('a host that fails while its platform cannot be read', LIMIT, () => {
  it('H10 is told when the platform answers again, by what was last known', async () => {
    await using app = await openMoves({ on: ON, vms: HIGHLY_AVAILABLE });
    app.drover.lab?.faults.disconnect('lab-vc');
    await untilFailing(app, 'lab-vc');
    byOthers(app, (console) => console.failHost('esx-01'));
    const meanwhile = await noticedLines(app);

    app.drover.lab?.faults.reconnect('lab-vc');
    await readAnew(app, 'lab-vc');
    const down = await untilNoticed(app, ALL);
    await readAnew(app, 'lab-vc');

    assert.deepEqual(meanwhile, []);
    assert.match(down, /8 VMs ran on it when last seen/);
    assert.equal((await noticedLines(app)).length, 1);
  });
});
