/** What a thing is, as people see it: names and handles come and go, the VM stays the one it is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  eventually,
  labConfig,
  openTestApp,
  type TestApp,
  textOf,
} from '#test/helpers/open-test-app.ts';
import { byOthers, cardOf, deedsOf, findVm, readAnew, readRequest, untilKnown } from './look.ts';

async function createForAnn(app: TestApp): Promise<string> {
  await app.say('ann', 'vm create web-07 --template ubuntu-24');
  await app.say('bob', 'approval approve R-1');
  await app.jobEnd(1);
  return findVm(app, 'web-07').id;
}

async function show(app: TestApp, name: string, person = 'carl'): Promise<string> {
  return textOf(await app.say(person, `vm show ${name}`));
}

describe('a VM for life', { timeout: 60_000 }, () => {
  it('H01 renamed at the vendor’s console is the same VM with its owner, and the old name is nobody’s', async () => {
    await using app = await openTestApp();
    const id = await createForAnn(app);
    byOthers(app, (console) => console.renameVm('web-07', 'shop-01'));
    await untilKnown(app, (index) => index.byName('vm', 'shop-01').length === 1);

    const renamed = await show(app, 'shop-01');
    const old = await show(app, 'web-07');

    assert.match(renamed, /VM shop-01/);
    assert.match(renamed, /Owner: +Ann Berg/);
    assert.match(old, /There is no VM called web-07/);
    assert.equal(findVm(app, 'shop-01').id, id);
  });

  it('H01 H05 another that takes its name is a new VM without owner', async () => {
    await using app = await openTestApp();
    const id = await createForAnn(app);
    byOthers(app, (console) => {
      console.deleteVm('web-07');
      console.renameVm('web-02', 'web-07');
    });
    await untilKnown(
      app,
      (index) => !index.get('vm', id) && index.byName('vm', 'web-07').length > 0,
    );

    const other = await show(app, 'web-07');
    const mine = await app.say('ann', 'vm list --owner me');

    assert.match(other, /Owner: +none|no owner/);
    assert.match(textOf(mine), /No VM found/);
    assert.equal((await app.audit('object_gone')).length, 1);
  });

  it('H03 registered again is the same VM: owner and quota stay', async () => {
    await using app = await openTestApp();
    const id = await createForAnn(app);
    const handle = byOthers(app, (console) => console.registerAgain('web-07'));
    await untilKnown(app, (index) => index.get('vm', id)?.handle === handle);

    const seen = await show(app, 'web-07');
    const whoami = await app.say('ann', 'whoami');

    assert.match(seen, /Owner: +Ann Berg/);
    assert.match(textOf(whoami), /web-team, yours +1 VM +10/);
    assert.equal((await app.audit('handle_changed')).length, 1);
  });

  it('H03 registered again sends an open request back at once, its votes void and both handles told', async () => {
    const twoOfThem = (text: string) => text.replaceAll('approvals: 1', 'approvals: 2');
    await using app = await openTestApp({ config: labConfig(twoOfThem) });
    await app.say('carl', 'vm stop app-01');
    await app.say('bob', 'approval approve R-1');
    const { id, handle: was } = findVm(app, 'app-01');
    const agreed = await cardOf(app, 'carl', 'R-1');

    const now = byOthers(app, (console) => console.registerAgain('app-01'));
    await untilKnown(app, (index) => index.get('vm', id)?.handle === now);

    await eventually(async () => (await cardOf(app, 'carl', 'R-1')) !== agreed);
    for (const person of ['carl', 'bob', 'eva']) {
      await eventually(async () => /All votes are void/.test(await cardOf(app, person, 'R-1')));
      const card = await cardOf(app, person, 'R-1');
      assert.match(card, /Back again: app-01 was registered again on its platform\./);
      assert.match(card, new RegExp(`handle +${was} +${now}`));
      assert.match(card, /0 of 2 agreed/);
    }
    assert.match(agreed, /1 of 2 agreed/);
    await app.say('eva', 'approval approve R-1');
    assert.equal((await readRequest(app, 1)).state, 'open');
    assert.deepEqual(deedsOf(app), []);
    await app.say('bob', 'approval approve R-1');
    assert.equal(await app.jobEnd(1), 'done');
    assert.deepEqual([findVm(app, 'app-01').id, findVm(app, 'app-01').body.power], [id, 'off']);
  });

  it('H02 that stands there no more is not stopped in the moment of the act: another has its handle', async () => {
    await using app = await openTestApp();
    const { handle } = findVm(app, 'app-01');
    app.drover.lab?.faults.changeByOthersBefore(
      'stop',
      (console) => {
        console.deleteVm('app-01');
      },
      { connectionId: 'lab-vc' },
    );
    await app.say('carl', 'vm stop app-01');

    await app.say('bob', 'approval approve R-1');
    const state = await app.jobEnd(1);

    assert.equal(state, 'failed');
    assert.match(textOf(await app.say('carl', 'job show J-1')), /app-01.* is no more|another VM/);
    assert.equal(deedsOf(app).length, 0);
    await untilKnown(app, (index) => index.byHandle('lab-vc', 'vm', handle) === undefined);
  });
});

describe('two VMs of one identity', { timeout: 60_000 }, () => {
  async function openTwins() {
    const app = await openTestApp();
    const id = await createForAnn(app);
    const { handle } = findVm(app, 'web-07');
    const copy = byOthers(app, (console) => console.copyVm('web-07'));
    await untilKnown(app, (index) => index.byName('vm', 'web-07').length === 2);
    return { app, id, handle, copy };
  }

  it('H04 are both shown and marked, asked for by name, and neither is changed', async () => {
    await using stack = new AsyncDisposableStack();
    const { app } = await openTwins();
    stack.use(app);

    const list = textOf(await app.say('carl', 'vm list --match web-07'));
    const choice = await app.say('carl', 'vm stop web-07');
    const refused = await app.click('carl', /^web-07 in/);

    assert.equal(list.match(/^web-07 /gm)?.length, 2);
    assert.match(list, /identity twice|Identity twice|same identity/i);
    assert.match(textOf(choice), /Two VMs are called web-07\. Which one\?/);
    assert.match(textOf(refused), /Two VMs show the identity of web-07/);
    assert.equal((await app.audit('identity_twice')).length, 2);
    assert.deepEqual(deedsOf(app), ['clone', 'start']);
  });

  it('H04 are told apart by an administrator alone; the id and the owner go with the one that is the VM', async () => {
    await using stack = new AsyncDisposableStack();
    const { app, id, copy } = await openTwins();
    stack.use(app);

    const refused = await app.say('carl', 'vm identify web-07');
    const asked = await app.say('dora', 'vm identify web-07');
    const said = await app.click('dora', `web-07 (${copy}) is the VM`);
    await untilKnown(app, (index) => index.byName('vm', 'web-07').every(({ isTwin }) => !isTwin));

    assert.match(textOf(refused), /Not allowed: vm identify/);
    assert.match(textOf(asked), /Which of these is the VM\?/);
    assert.match(textOf(said), new RegExp(`web-07 \\(${copy}\\) is the VM`));
    const vms = app.drover.house.index.byName('vm', 'web-07');
    assert.deepEqual(
      vms.map((vm) => [vm.handle === copy, vm.id === id, vm.ownerId !== undefined]).toSorted(),
      [
        [false, false, false],
        [true, true, true],
      ],
    );
    assert.equal((await app.audit('vm_identified')).length, 1);
    const again = await app.click('dora', /\) is the VM$/);
    assert.match(textOf(again), /Settled before/);
  });

  it('H04 H08 are looked for by the exact name, and of one alone it is said so', async () => {
    await using app = await openTestApp();

    const none = await app.say('dora', 'vm identify wen-01');
    const one = await app.click('dora', /^web-01 in/);
    const more = await app.say('dora', 'vm identify web-01');

    assert.match(textOf(none), /There is no VM called wen-01/);
    for (const answer of [one, more]) {
      assert.match(textOf(answer), /Only one VM shows the identity of web-01/);
      assert.match(textOf(answer), /\[vm show web-01\]/);
    }
  });

  it('H04 that were told apart stay so over the next readings, and can be changed', async () => {
    await using stack = new AsyncDisposableStack();
    const { app, handle, copy } = await openTwins();
    stack.use(app);
    await app.say('dora', 'vm identify web-07');
    await app.click('dora', `web-07 (${handle}) is the VM`);
    await readAnew(app, 'lab-vc');

    const vms = app.drover.house.index.byName('vm', 'web-07');

    assert.deepEqual(
      vms.map(({ isTwin }) => isTwin),
      [false, false],
    );
    assert.ok(vms.some(({ handle }) => handle === copy));
    await app.say('carl', 'vm delete web-07 --reason "the copy"');
    const buttons = (await app.messages('carl')).at(-1)?.card.actions.map(({ label }) => label);
    assert.ok(buttons?.some((label) => label.includes('no owner')));
    const asked = await app.click('carl', /no owner/);
    assert.match(textOf(asked), /Carl Wu wants to delete web-07/);
  });
});
