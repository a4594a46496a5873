/** What happens in the middle of a move reaches people by itself: nobody has to ask for the card again (H16). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { createTemporaryFolder } from '#test/helpers/peers/temporary-folder.ts';
import { byOthers, findVm, readJob, untilKnown } from './look.ts';
import { ask, endCard, faultsOf, holdStep, openMoves, toLine } from './moves-stage.ts';

const ON = { 'esx-01': ['app-01'], 'esx-02': ['db-01'] };
const ASKS = /waits, for its platform asks: Which disk\? Nothing answers it by itself/;

/** What was sent to Carl of J-1, oldest first. */
function watchCards({ drover }: TestApp): { readonly sent: string[] } & Disposable {
  const sent: string[] = [];
  const ending = new AbortController();
  drover.conversation.watch(
    'lab-carl',
    ({ card, subject }) => subject?.label === 'J-1' && sent.push(toLine(card)),
    ending.signal,
  );
  return { sent, [Symbol.dispose]: () => ending.abort() };
}

const untilSent = (sent: readonly string[], words: RegExp) =>
  eventually(() => sent.some((card) => words.test(card)));

async function readVersion({ drover }: TestApp, jobId: string): Promise<number> {
  const card = await drover.house.store.read(({ cards }) => cards.findBySubject('job', jobId));
  return card?.version ?? 0;
}

describe('the card of a move under way', { timeout: 100_000 }, () => {
  it('H16 says by itself what the platform asks, once, and that it was answered', async () => {
    const held = holdStep('move-vm', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    using cards = watchCards(app);
    await ask(app, 'vm migrate app-01');
    await held.reached;
    const { id } = await readJob(app, 1);

    byOthers(app, (console) => console.editVm('app-01', { question: 'Which disk?' }));
    await untilSent(cards.sent, ASKS);
    const asked = await readVersion(app, id);
    byOthers(app, (console) => console.renameVm('app-01', 'app-1'));
    await untilKnown(app, (index) => index.byName('vm', 'app-1').length === 1);
    const renamed = await readVersion(app, id);
    byOthers(app, (console) => console.answerQuestion('app-1'));
    await eventually(async () => (await readVersion(app, id)) > renamed);
    held.release();
    await untilSent(cards.sent, /J-1 · done/);

    assert.equal(renamed, asked);
    assert.doesNotMatch(cards.sent.at(-1) ?? '', /platform asks/);
  });

  it('H16 is not redrawn for what is asked about another VM', async () => {
    const held = holdStep('move-vm', 'act');
    const vms = { 'db-01': { question: 'Moved or copied?' } };
    await using app = await openMoves({ on: ON, vms, alter: held.alter });
    await ask(app, 'vm migrate app-01');
    await held.reached;
    const { id } = await readJob(app, 1);
    const before = await readVersion(app, id);

    byOthers(app, (console) => console.answerQuestion('db-01'));
    await untilKnown(app, () => findVm(app, 'db-01').body.question === undefined);
    const after = await readVersion(app, id);
    held.release();
    await endCard(app);

    assert.equal(after, before);
  });

  it('H16 says what is asked after Drover was ended in the middle, too', async () => {
    using folder = createTemporaryFolder('moves');
    {
      await using app = await openMoves({ on: ON, folder: folder.path });
      using cards = watchCards(app);
      faultsOf(app).ask('move', 'Which disk?', { vm: 'app-01' });
      await ask(app, 'vm migrate app-01');
      await untilSent(cards.sent, /▸ move app-01/);
      // Its card says so before it is ordered, and the next Drover's platform asks nothing.
      await untilKnown(app, () => findVm(app, 'app-01').body.question !== undefined);
    }
    await using app = await openMoves({ on: ON, folder: folder.path });
    await eventually(async () => ASKS.test(await readOwn(app)));
    using cards = watchCards(app);
    byOthers(app, (console) => console.answerQuestion('app-01'));

    await untilSent(cards.sent, /J-1 · done/);
  });

  it('H10 H16 says by itself that its platform does not answer, and since when', async () => {
    const held = holdStep('move-vm', 'verify');
    await using app = await openMoves({ on: ON, alter: held.alter });
    using cards = watchCards(app);
    await ask(app, 'vm migrate app-01');
    await held.reached;

    faultsOf(app).disconnect('lab-vc', 'not_reachable');
    await untilSent(cards.sent, /move app-01 .*: lab-vc does not answer, since /);
    const toldAt = cards.sent.length;
    faultsOf(app).reconnect('lab-vc');
    await eventually(() =>
      cards.sent.slice(toldAt).some((card) => !card.includes('does not answer')),
    );
    held.release();
    const card = await endCard(app);

    assert.match(card, /J-1 · done/);
  });
});

async function readOwn(app: TestApp): Promise<string> {
  const views = await app.messages('carl');
  const view = views.find(({ subject }) => subject?.label === 'J-1');
  return view ? toLine(view.card) : '';
}
