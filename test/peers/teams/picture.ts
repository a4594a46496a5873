/**
 * node test/peers/teams/picture.ts FOLDER
 *
 * Draws cards in Microsoft's own client as the requester and as the approver see them, one PNG for each.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Card } from '#bot/cards/card.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { type OpenPlayground, openPlayground } from '#test/bot/teams/open-playground.ts';
import { toOutgoing } from '#test/bot/teams/open-teams.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import type { Player } from './playground.ts';

const { approval, job, gate, table, form, refused, mistyped, choice } = exampleCards;

/** Who asked sees how it stands, and may take it back. */
const asRequester: Card = {
  ...approval,
  title: 'You want to create web-07',
  summary: 'Your request R-128 waits: 1 of 2 agreed',
  actions: [
    {
      ...{ id: 'a-take-back', label: 'Take back', style: 'normal' },
      confirm: 'Take your request back? Nobody is asked any more.',
    },
  ],
};

const shown: Readonly<Record<Player, Readonly<Record<string, Card>>>> = {
  ann: { 'requester-approval': asRequester, 'requester-job': job, 'requester-form': form },
  bob: {
    'approver-approval': approval,
    'approver-gate': gate,
    'approver-table': table,
    'approver-refused': refused,
    'approver-mistyped': mistyped,
    'approver-choice': choice,
  },
};

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await using open = await openPlayground(['ann', 'bob']);
  for (const player of ['ann', 'bob'] as const) {
    await open.playgrounds.say(player, 'help');
    await eventually('the first word', () =>
      open.inbox.some(({ place }) => place === `dm-${player}`),
    );
    for (const [name, card] of Object.entries(shown[player])) {
      await takePicture(open, player, { name, card, file: join(folder, `${name}.png`) });
    }
  }
}

async function takePicture(
  { playgrounds, teams }: OpenPlayground,
  player: Player,
  { name, card, file }: { readonly name: string; readonly card: Card; readonly file: string },
): Promise<void> {
  await teams.sender.deliver(toOutgoing(`dm-${player}`, card, { copyId: name }));
  const page = playgrounds.page(player);
  const drawn = page.locator('.ac-adaptiveCard').filter({ hasText: card.title }).last();
  await page.getByText(card.title).last().waitFor();
  const deny = page.getByRole('button', { name: 'Deny…' });
  if ((await deny.count()) > 0) await deny.last().click();
  await drawn.screenshot({ path: file, animations: 'disabled' });
  await page.screenshot({ path: file.replace('.png', '.page.png') });
  console.log(file);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a folder for the pictures');
await main(folder);
