import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import { createPictures, type Pictures } from '#bot/pictures/pictures.ts';
import { toTeamsMessage } from '#bot/renderers/teams-card.ts';
import { createPreparePictures, type PreparePictures } from '#bot/teams/card-pictures.ts';
import { toTimeline } from '#test/bot/pictures/timelines.ts';
import { groupChat } from '#test/peers/teams/teams-world.ts';
import { openWithReferences, toOutgoing } from './open-teams.ts';

function toCard(rows: number, more: Partial<Card> = {}): Card {
  const body = [toTimeline(rows)];
  return { title: 'Rehearsed', tone: 'neutral', summary: 'rehearsed', body, actions: [], ...more };
}

/** Pictures, and what became of them. */
function open() {
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const pictures = createPictures({ onFault });
  const prepare = createPreparePictures(pictures, onFault);
  return { pictures, prepare, faults, [Symbol.asyncDispose]: () => pictures.close() };
}

const pngOf = (json: string) => /"data:image\/png;base64,([^"]+)"/.exec(json)?.[1];
const widthOf = (base64 = '') => Buffer.from(base64, 'base64').readUInt32BE(16);

async function drawMessage(prepare: PreparePictures, card: Card): Promise<string> {
  const listPictures = await prepare(card, 60_000);
  const json = JSON.stringify(toTeamsMessage(card, { listPictures }).attachments[0]?.content);
  assert.ok(Buffer.byteLength(json) <= 25_000, `${Buffer.byteLength(json)} bytes`);
  return json;
}

describe('a picture on a card of Teams', () => {
  it('is inside the message, with its words, and Teams takes the card', async () => {
    await using opened = open();
    await using world = await openWithReferences({ preparePictures: opened.prepare });

    await world.teams.sender.deliver(toOutgoing(groupChat, toCard(6)));

    const [message] = world.tenant.read(groupChat);
    const json = JSON.stringify(message?.card);
    assert.equal(widthOf(pngOf(json)), 800);
    assert.match(json, /"altText":"6 VMs leave hv-03"/);
    assert.deepEqual([...opened.faults, ...world.faults], []);
  });

  it('is a smaller one where the words of the card leave no room for the large one', async () => {
    await using opened = open();
    const text = (at: number) => ({ block: 'text', text: `${at} ${'word '.repeat(120)}` }) as const;
    const widths: (number | undefined)[] = [];
    for (const count of [0, 20, 28]) {
      const body = [toTimeline(30), ...Array.from({ length: count }, (_, at) => text(at))];
      const png = pngOf(await drawMessage(opened.prepare, toCard(30, { body })));
      widths.push(png === undefined ? undefined : widthOf(png));
    }

    assert.deepEqual([...new Set(widths)], [800, 600, undefined]);
  });

  it('is text of equal letters where it is too high for Teams', async () => {
    await using opened = open();
    const [group] = toTimeline(1).groups;
    const groups = group ? Array.from({ length: 60 }, () => group) : [];

    const json = await drawMessage(
      opened.prepare,
      toCard(1, { body: [toTimeline(1, { groups })] }),
    );

    assert.equal(pngOf(json), undefined);
    assert.match(json, /Monospace/);
    assert.match(json, /web-0/);
  });

  it('is text where nothing draws it, and the card goes out', async () => {
    const none: Pictures = { draw: async () => undefined, close: async () => undefined };
    const preparePictures = createPreparePictures(none, () => undefined);
    await using world = await openWithReferences({ preparePictures });

    await world.teams.sender.deliver(toOutgoing(groupChat, toCard(3)));

    const json = JSON.stringify(world.tenant.read(groupChat)[0]?.card);
    assert.match(json, /ends after 2 min/);
    assert.equal(pngOf(json), undefined);
  });

  it('is text where it takes too long, and the card goes out', async () => {
    const forever = Promise.withResolvers<undefined>();
    const slow: Pictures = { draw: () => forever.promise, close: async () => undefined };
    const faults: unknown[] = [];
    const prepare = createPreparePictures(slow, (error) => faults.push(error));
    const preparePictures = (card: Card) => prepare(card, 30);
    await using world = await openWithReferences({ preparePictures });

    await world.teams.sender.deliver(toOutgoing(groupChat, toCard(3)));

    assert.match(JSON.stringify(world.tenant.read(groupChat)[0]?.card), /ends after 2 min/);
    assert.equal(faults.length, 1);
  });
});
