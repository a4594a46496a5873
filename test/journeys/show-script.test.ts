/** "Show script": the same work as a text that an operator pastes, for those who may see the plan. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { createAnswer } from '#test/fakes/hyperv/answer.ts';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { ESTATES } from '#test/fakes/hyperv/site/estates.ts';
import { type Site, startSite } from '#test/fakes/hyperv/site.ts';
import { createOrderedFaults } from '#test/fakes/hyperv/world/faults.ts';
import {
  eventually,
  openTestApp,
  type TestApp,
  type TestAppOptions,
  textOf,
} from '../helpers/open-test-app.ts';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { createTemporaryFolder } from '../helpers/peers/temporary-folder.ts';

interface Stage extends AsyncDisposable {
  readonly app: TestApp;
  readonly site: Site;
}

describe('Show script', needsPeer('powershell', 'openssl'), () => {
  let pwsh: KeptPwsh;
  before(async () => {
    pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh[Symbol.asyncDispose]());

  async function openStage(alter?: TestAppOptions['alter']): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const site = stack.use(await startSite({ build: ESTATES.single, pwsh }));
    const folder = stack.use(createTemporaryFolder('show-script'));
    const caFile = join(folder.path, 'ca.pem');
    writeFileSync(caFile, site.caPem);
    const env = { HYPERV_PASSWORD: site.password };
    const app = stack.use(
      await openTestApp({ config: toConfig(site, caFile), env, ...(alter && { alter }) }),
    );
    const opened = stack.move();
    return { app, site, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  }

  const paste = ({ world }: Site, script: string) =>
    pwsh.run({
      ...{ script, input: '', culture: 'en-US' },
      drives: { C: world.files.driveOf('hv-1', 'C') },
      answer: createAnswer(world, 'hv-1', createOrderedFaults()),
    });

  it('on the card of a request gives whoever votes the text, which does the work as it stands', async () => {
    await using stage = await openStage();
    const { app, site } = stage;
    await app.say('ann', 'vm create web-07 --template win2022 --cpu 3 --reason "load"');

    const shown = await app.click('bob', 'Show script');

    const text = toScript(shown);
    assert.match(shown.card.title, /^Script: create web-07$/);
    assert.match(text, /^# Run it on 127\.0\.0\.11:\d+, in a Windows PowerShell/);
    assert.match(text, /approval, quota, placement/);
    for (const secret of [site.user, 'svc-drover', site.password])
      assert.ok(!text.includes(secret));
    assert.deepEqual(site.journal, []);
    const { errors } = await paste(site, text);
    assert.deepEqual(errors, []);
    const made = site.world.vms.find(({ name }) => name === 'web-07');
    assert.deepEqual([made?.state, made?.processors], ['Running', 3]);
    assert.match(made?.notes ?? '', /^drover:[\w-]+_clone-vm$/);
  });

  it('is there by --script, without a request and without anything done; each has a token of its own', async () => {
    await using stage = await openStage();
    const { app, site } = stage;
    const line = 'vm create web-07 --template win2022 --start=false';

    const first = await app.say('ann', `${line} --script`);
    const plan = await app.say('ann', `${line} --plan`);
    const second = await app.click('ann', 'Show script');

    assert.match(textOf(plan), /Nothing was done/);
    const tokens = [first, second].map((view) => /Token = '([\w-]+)'/.exec(toScript(view))?.[1]);
    assert.equal(new Set(tokens).size, 2);
    assert.ok(tokens.every(Boolean));
    assert.match(textOf(await app.say('bob', 'approval list')), /No request waits/);
    assert.deepEqual(site.journal, []);
  });

  it('is refused to whoever may not do it, and for what cannot be done', async () => {
    await using stage = await openStage();
    const { app } = stage;

    const foreign = await app.say('bob', 'vm delete db-01 --script');
    const isOn = await app.say('ann', 'vm start web-01 --script');

    assert.match(textOf(foreign), /Not allowed/);
    assert.match(textOf(isOn), /web-01 is on/);
    for (const view of [foreign, isOn]) assert.equal(toScript(view), '');
  });

  it('of a request is refused to those whom it does not concern', async () => {
    await using stage = await openStage();
    const { app } = stage;
    await app.say('ann', 'vm create web-07 --template win2022');
    await app.messages('bob');
    const button = await findButton(app, 'bob', 'Show script');

    const forged = await app.clickId('eva', button);
    assert.match(textOf(forged), /does not belong to you/);
    assert.equal(toScript(forged), '');
  });

  it('of a request is judged anew at the click: whoever left the group sees nothing', async () => {
    let hasLeft = false;
    const alter: TestAppOptions['alter'] = (parts) => ({
      ...parts,
      directory: {
        ...parts.directory,
        findAccount: async (id) => {
          const account = await parts.directory.findAccount(id);
          return account && hasLeft ? { ...account, groupIds: [] } : account;
        },
      },
    });
    await using stage = await openStage(alter);
    const { app } = stage;
    await app.say('ann', 'vm create web-07 --template win2022');
    const button = await findButton(app, 'bob', 'Show script');
    hasLeft = true;

    const shown = await app.clickId('bob', button);

    assert.match(textOf(shown), /you may not see it/);
    assert.equal(toScript(shown), '');
  });

  it('in a channel is answered in private, in as many messages as it needs', async () => {
    await using stage = await openStage();
    const { drover } = stage.app;
    const { store } = drover.house;
    const ann = (await drover.conversation.findPerson('ann')) ?? assert.fail('no ann');
    const personId = 'slack:T1:U1';
    await store.transact((tx) =>
      tx.links.put({ chatId: personId, personId: ann.id, personName: ann.name }),
    );
    const listPlace = (place: string) => store.read((reads) => reads.cards.listPlace(place, 50));

    await drover.conversation.receive({
      ...{ transport: 'slack', dedupeKey: 'm1', personId, place: 'C1', sentAt: new Date() },
      body: { kind: 'text', text: 'vm create web-07 --template win2022 --script' },
    });
    await eventually(async () => (await listPlace('U1')).length > 0);

    const titles = (await listPlace('U1')).map(
      ({ card }) => (card.content as { card?: { title?: string } } | null)?.card?.title ?? '',
    );
    assert.ok(titles.length > 2);
    const wished = titles.map((_, at) => `Script: create web-07 (${at + 1} of ${titles.length})`);
    assert.deepEqual(titles.toSorted(), wished.toSorted());
    assert.deepEqual(await listPlace('C1'), []);
  });
});

describe('Show script of a platform without scripts', () => {
  it('is no button, and by --script a sentence', async () => {
    await using app = await openTestApp();

    const said = await app.say(
      'ann',
      'vm create web-90 --template ubuntu-24 --folder /test --script',
    );
    const plan = await app.say(
      'ann',
      'vm create web-90 --template ubuntu-24 --folder /test --plan',
    );
    const asked = await app.say('ann', 'vm create web-90 --template ubuntu-24 --folder /prod/web');

    assert.match(textOf(said), /There is no script for lab-vc/);
    assert.match(textOf(said), /Hyper-V hosts and clusters only/);
    for (const { card } of [plan, asked])
      assert.ok(!card.actions.some(({ label }) => label === 'Show script'));
  });
});

function toScript({ card }: MessageView): string {
  return card.body.flatMap((block) => (block.block === 'code' ? [block.text] : [])).join('\n');
}

async function findButton(app: TestApp, person: string, label: string): Promise<string> {
  const actions = (await app.messages(person)).flatMap(({ card }) => card.actions);
  return actions.find((action) => action.label === label)?.id ?? assert.fail(label);
}

function toConfig({ hosts, user }: Site, caFile: string): string {
  const [host] = hosts;
  return `lab: { connections: false }

connections:
  - id: hv
    kind: hyperv
    hosts: ["${host?.address}:${host?.port}"]
    user: '${user}'
    password: \${env:HYPERV_PASSWORD}
    caFile: ${JSON.stringify(caFile)}
    templates:
      - { name: win2022, file: 'C:\\templates\\win2022.vhdx' }

roles:
  - name: everybody-reads
    members: [web-team, ops-leads, operators, drover-admins]
    allow: [vm.list, vm.show, host.*, template.*, datastore.*, approval.list]
  - name: web-team
    members: [web-team]
    allow: [vm.create, vm.start]

policies:
  - name: all
    operations: [vm.*]
    decide: { approvals: 1, from: ops-leads, expiresAfterMinutes: 60 }
`;
}
