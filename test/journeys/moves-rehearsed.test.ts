/** `--rehearse`: what a plan would come to, on a twin of the estate, before anybody agrees. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import { createRehearsePlan } from '#bot/rehearsal/rehearse-plan.ts';
import { OperationError } from '#core/errors.ts';
import type { Plan } from '#core/plan/plan.ts';
import type { Rehearsal } from '#core/plan/rehearsal.ts';
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, deedsOf, readRequest, untilKnown } from './look.ts';
import { names, openMoves, readCard, say, toLine } from './moves-stage.ts';

const ON = { 'esx-01': names(12), 'esx-02': ['web-01'], 'esx-03': [] };
const OFF = { power: 'off', guestTools: 'not_running' } as const;
const ENTER = 'host maintenance enter esx-01';
const PINNED = { 'app-03': { ties: [{ what: 'passthrough' as const, label: 'PCI device 0' }] } };

async function readPlan(app: TestApp, number = 1): Promise<Plan> {
  const { planId } = await readRequest(app, number);
  const stored = await app.drover.house.store.read(({ plans }) => plans.find(planId));
  if (!stored) throw new Error(`R-${number} has no plan`);
  return stored.plan;
}

const timelineOf = ({ body }: Card) => body.find((block) => block.block === 'timeline');

function lastTo({ steps }: Rehearsal, kind: string): number {
  return Math.max(...steps.filter(({ key }) => key.startsWith(kind)).map(({ toMs }) => toMs));
}

describe('--rehearse', { timeout: 100_000 }, () => {
  it('shows on the card when all is over and a bar for each VM, and has moved nothing', async () => {
    await using app = await openMoves({ on: ON, vms: PINNED });

    const asked = await app.say('carl', `${ENTER} --rehearse`);
    const forBob = await app.messages('bob');

    const plan = await readPlan(app);
    const { rehearsal } = plan.advice;
    assert.ok(rehearsal);
    // Eight at a time, 32.2 s each.
    assert.deepEqual([rehearsal.finishMs, lastTo(rehearsal, 'move-')], [64_400, 64_400]);
    for (const card of [asked.card, forBob.at(-1)?.card ?? asked.card]) {
      assert.match(toLine(card), /Takes: 1 min 4 s on a twin of the estate/);
      assert.match(toLine(card), /On the twin: esx-01 is not empty in the end; app-03 still there/);
      const timeline = timelineOf(card);
      assert.equal(timeline?.endMs, 64_400);
      assert.match(
        timeline?.alt ?? '',
        /All is over after 1 min 4 s: 6 VMs on esx-03 after 1 min 4 s, 5 VMs on esx-02 after 32 s/,
      );
      const bars = timeline?.groups.flatMap(({ rows }) => rows) ?? [];
      assert.equal(bars.filter(({ bars: [bar] }) => bar && bar.toMs > bar.fromMs).length, 11);
    }
    assert.deepEqual(deedsOf(app), []);
  });

  it('with --plan asks nobody', async () => {
    await using app = await openMoves({ on: ON });

    const shown = await app.say('carl', `${ENTER} --rehearse --plan`);

    assert.match(toLine(shown.card), /^Plan: empty esx-01 .* Takes: 1 min 6 s on a twin/);
    assert.ok(timelineOf(shown.card));
    await assert.rejects(readRequest(app, 1), /no R-1/);
    assert.deepEqual(deedsOf(app), []);
  });

  it('says on the card what would not work, though the plan saw nothing against it', async () => {
    const huge = { ...OFF, memory: '300GiB' } as const;
    await using app = await openMoves({
      on: { ...ON, 'esx-02': ['db-01'] },
      vms: { 'db-01': huge },
    });

    const shown = await say(app, 'carl', 'vm start db-01 --rehearse');

    assert.match(shown, /On the twin: start db-01: .*not enough memory/i);
  });

  it('where nobody has to agree is seen first, and starts by a button', async () => {
    await using app = await openMoves({ on: ON, vms: { 'app-04': OFF } });

    const shown = await app.say('carl', 'vm start app-04 --rehearse');
    const before = deedsOf(app);
    await app.click('carl', 'Start it');

    assert.match(toLine(shown.card), /^Plan: start app-04 .* Takes: .* on a twin of the estate/);
    assert.match(
      toLine(shown.card),
      /Nobody has to agree: it starts when you leave --rehearse out/,
    );
    assert.deepEqual(before, []);
    assert.equal(await app.jobEnd(1), 'done');
    assert.deepEqual(deedsOf(app), ['start']);
  });

  it('of one VM shows its one bar', async () => {
    await using app = await openMoves({ on: ON });

    const asked = await app.say('carl', 'vm migrate web-01 --host esx-03 --rehearse');

    assert.deepEqual(timelineOf(asked.card)?.groups, [
      {
        title: 'esx-03 · 1 VM',
        rows: [{ label: 'web-01', bars: [{ fromMs: 0, toMs: 32_200, tone: 'busy' }] }],
      },
    ]);
  });

  it('rehearses nothing of what is refused', async () => {
    await using app = await openMoves({ on: ON });

    const refused = await say(app, 'dora', `${ENTER} --rehearse`);

    assert.match(refused, /Not allowed: host maintenance enter/);
    assert.doesNotMatch(refused, /twin/);
  });

  it('that comes to no end asks for nothing, and says so', async () => {
    await using app = await openMoves({ on: ON });
    const { house } = app.drover;
    const late = createRehearsePlan({ ...house.scheduling, ...house, limitMs: 1 });
    Object.assign(house, { rehearsePlan: late });

    const answer = await say(app, 'carl', `${ENTER} --rehearse`);

    assert.match(answer, /could not be rehearsed: it took longer than 45 s. Nothing was done/);
    await assert.rejects(readRequest(app, 1), /no R-1/);
  });

  it('counts for that plan alone: when another has come of it meanwhile, it is rehearsed anew', async () => {
    await using app = await openMoves({ on: ON });
    const { house } = app.drover;
    const { rehearsePlan } = house;
    const rehearsed: Plan[] = [];
    const hostOf = () => house.index.byName('vm', 'app-01')[0]?.body.hostHandle;
    const before = hostOf();
    Object.assign(house, {
      async rehearsePlan(plan: Plan) {
        rehearsed.push(plan);
        const rehearsal = await rehearsePlan(plan);
        if (rehearsed.length === 1) {
          byOthers(app, (console) => console.moveVm('app-01', { host: 'esx-03' }));
          await untilKnown(app, () => hostOf() !== before);
        }
        return rehearsal;
      },
    });

    await app.say('carl', `${ENTER} --rehearse`);

    const plan = await readPlan(app);
    assert.equal(rehearsed.length, 2);
    assert.equal(plan.advice.moves?.length, 11);
    assert.equal(
      plan.advice.rehearsal?.steps.filter(({ key }) => key.startsWith('move-')).length,
      11,
    );
  });

  it('gives up when each time another plan has come of it, and asks for nothing', async () => {
    await using app = await openMoves({ on: ON });
    const { house } = app.drover;
    const { rehearsePlan } = house;
    let rehearsed = 0;
    Object.assign(house, {
      async rehearsePlan(plan: Plan) {
        rehearsed += 1;
        const name = `app-0${rehearsed}`;
        const rehearsal = await rehearsePlan(plan);
        byOthers(app, (console) => console.moveVm(name, { host: 'esx-03' }));
        const [esx03] = house.index.byName('host', 'esx-03');
        await untilKnown(
          app,
          (index) => index.byName('vm', name)[0]?.body.hostHandle === esx03?.handle,
        );
        return rehearsal;
      },
    });

    const answer = await say(app, 'carl', `${ENTER} --rehearse`);

    assert.equal(rehearsed, 2);
    assert.match(answer, /the estate changed each time while it was rehearsed. Nothing was done/);
    await assert.rejects(readRequest(app, 1), /no R-1/);
  });

  it('is refused while three others wait for theirs', async () => {
    await using app = await openMoves({ on: ON });
    await app.say('carl', `${ENTER} --rehearse`);
    const plan = await readPlan(app);
    const { house } = app.drover;

    const waiting = [1, 2, 3].map(() => house.rehearsePlan(plan));
    const answer = await say(app, 'carl', 'vm migrate web-01 --host esx-03 --rehearse --plan');
    await Promise.all(waiting);

    assert.match(answer, /others are rehearsed just now; ask again in a minute/);
    assert.ok((await app.say('carl', 'vm migrate web-01 --host esx-03 --rehearse --plan')).card);
  });

  it('cut by an end of Drover, is answered after its next start, and asked for once', async () => {
    using folder = createTemporaryFolder('rehearsed');
    {
      await using app = await openMoves({ on: ON, folder: folder.path });
      const begun = Promise.withResolvers<void>();
      Object.assign(app.drover.house, {
        rehearsePlan: () => {
          begun.resolve();
          return new Promise<never>((_resolve, reject) => {
            setImmediate(() => reject(new Error('the process ends')));
          });
        },
      });
      void app.say('carl', `${ENTER} --rehearse`);
      await begun.promise;
    }
    await using app = await openMoves({ on: ON, folder: folder.path });

    await eventually(async () => (await readCard(app, 'R-1')) !== '');

    assert.ok((await readPlan(app)).advice.rehearsal);
    await assert.rejects(readRequest(app, 2), /no R-2/);
  });
});

describe('a thread that rehearses', () => {
  it('that fails is an error in words, and the next is rehearsed all the same', async () => {
    await using app = await openMoves({ on: ON });
    await app.say('carl', `${ENTER} --rehearse`);
    const plan = await readPlan(app);
    const { rehearsePlan } = app.drover.house;
    const older = { ...plan, steps: plan.steps.map((step) => ({ ...step, version: 99 })) };

    const failed = await rehearsePlan(older).catch((error: unknown) => error);
    const next = await rehearsePlan(plan);

    assert.ok(failed instanceof OperationError && failed.code === 'rehearsal_failed');
    assert.deepEqual(next, plan.advice.rehearsal);
  });
});
