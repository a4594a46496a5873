import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card } from '#bot/cards/card.ts';
import { createPictures } from '#bot/pictures/pictures.ts';
import { createFileMemory, type FileMemory } from '#bot/slack/file-memory.ts';
import { createSlack } from '#bot/slack/slack.ts';
import { OperationError } from '#core/errors.ts';
import { toTimeline } from '#test/bot/pictures/timelines.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';
import { type OpenSlackOptions, openSlack, toOutgoing } from './open-slack.ts';

function toCard(rows: number, title = 'Rehearsed'): Card {
  return { title, tone: 'neutral', summary: title, body: [toTimeline(rows)], actions: [] };
}

function createMemory(known = new Map<string, string>()): FileMemory & { known: typeof known } {
  return {
    known,
    find: async (hash) => known.get(hash),
    keep: async (hash, id) => void known.set(hash, id),
    forget: async (hash) => void known.delete(hash),
  };
}

/** Slack, and a Drover that draws. */
async function open(more: OpenSlackOptions & { readonly memory?: FileMemory } = {}) {
  const { memory = createMemory(), ...options } = more;
  const undrawn: unknown[] = [];
  const pictures = createPictures({ onFault: (error) => undrawn.push(error) });
  const parts = { pictures: { pictures, memory }, fileWaitsMs: [5, 5, 5] };
  const opened = await openSlack('http', { ...parts, ...options });
  const { workspace } = opened;
  return {
    ...{ ...opened, pictures, undrawn },
    countCalls: (method: string) =>
      workspace.front.calls.filter((call) => call.method === method).length,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await pictures.close();
    },
  };
}

type Open = Awaited<ReturnType<typeof open>>;

/** What stands there: the picture's file, or the lines in its place. */
async function readPlace({ workspace }: Open) {
  const messages = await workspace.read();
  const blocks = messages.at(-1)?.blocks ?? [];
  const image = blocks.find(({ type }) => type === 'image');
  const isText = JSON.stringify(blocks).includes('ends after');
  return {
    count: messages.length,
    file: image?.slack_file.id as string | undefined,
    image,
    isText,
  };
}

const codesOf = (faults: readonly unknown[]) =>
  faults.map((fault) => (fault instanceof OperationError ? [fault.code, fault.end] : fault));

describe('a picture on a card in Slack', () => {
  it('is a file of Drover that the message shows, with its words', async () => {
    await using opened = await open();

    await opened.slack.sender.deliver(toOutgoing(opened.workspace.channel, toCard(4)));

    const { file, image, isText } = await readPlace(opened);
    const kept = opened.workspace.front.files.all.get(file ?? '');
    assert.equal(image?.alt_text, '4 VMs leave hv-03');
    assert.equal(kept?.altText, '4 VMs leave hv-03');
    assert.equal(kept?.bytes?.readUInt32BE(16), 1_600);
    assert.equal(isText, false);
    assert.deepEqual([...opened.faults, ...opened.undrawn], []);
  });

  it('is uploaded once, for every place, edit and start', async () => {
    const memory = createMemory();
    const notes = createNotesInMemory();
    await using opened = await open({ memory, notes });
    const { workspace, slack } = opened;
    const bob = workspace.userId('bob');
    const first = toOutgoing(workspace.channel, toCard(4));

    const [messageRef] = await Promise.all([
      slack.sender.deliver(first),
      slack.sender.deliver(toOutgoing(bob, toCard(4), { copyId: 'copy-2' })),
    ]);
    const edited = toOutgoing(workspace.channel, toCard(4, 'Edited'), { version: 2, messageRef });
    await slack.sender.deliver(edited);
    const pictures = { pictures: opened.pictures, memory };
    const config = workspace.config();
    const host = {
      receive: async () => true,
      findCard: async () => undefined,
      noteRefused: async () => undefined,
      choices: async () => [],
    };
    const next = await createSlack({ config, host, notes, pictures, onFault: () => undefined });
    await next.sender.deliver({ ...edited, version: 3 });
    await next.close();

    assert.equal(opened.countCalls('files.completeUploadExternal'), 1);
    const { file, count } = await readPlace(opened);
    assert.deepEqual([file, count], [[...memory.known.values()][0], 1]);
  });

  it('is waited for while Slack looks at it, and the message stands there once', async () => {
    await using opened = await open();
    opened.workspace.front.files.refuseFirst(2);

    await opened.slack.sender.deliver(toOutgoing(opened.workspace.channel, toCard(4)));

    const { count, isText } = await readPlace(opened);
    assert.deepEqual([count, isText], [1, false]);
    assert.equal(opened.countCalls('chat.postMessage'), 3);
    assert.deepEqual(opened.faults, []);
  });

  it('is text where Slack does not take it in time, and is uploaded anew for the next version', async () => {
    await using opened = await open();
    const { workspace, slack } = opened;
    workspace.front.files.refuseFirst(100);

    const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4)));

    assert.deepEqual(await readPlace(opened).then(({ count, isText }) => [count, isText]), [
      1,
      true,
    ]);
    assert.deepEqual(codesOf(opened.faults), [['request_invalid', 'refused']]);

    workspace.front.files.refuseFirst(0);
    await slack.sender.deliver(
      toOutgoing(workspace.channel, toCard(4), { version: 2, messageRef }),
    );

    assert.deepEqual(await readPlace(opened).then(({ count, isText }) => [count, isText]), [
      1,
      false,
    ]);
    assert.equal(opened.countCalls('files.completeUploadExternal'), 2);
  });

  it('is uploaded anew when somebody deleted its file', async () => {
    await using opened = await open();
    const { workspace, slack } = opened;
    const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4)));
    const { file = '' } = await readPlace(opened);
    workspace.front.files.remove(file);

    for (const version of [2, 3])
      await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4), { version, messageRef }));

    const now = await readPlace(opened);
    assert.ok(now.file !== undefined && now.file !== file);
  });

  it('is text where the app may not upload, which is asked once', async () => {
    await using opened = await open();
    const { workspace, slack } = opened;
    workspace.front.scopes.delete('files:write');

    const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4)));
    await slack.sender.deliver(
      toOutgoing(workspace.channel, toCard(5), { version: 2, messageRef }),
    );

    assert.equal((await readPlace(opened)).isText, true);
    assert.equal(opened.countCalls('files.getUploadURLExternal'), 1);
    assert.deepEqual(codesOf(opened.faults), [['not_permitted_on_platform', 'refused']]);
  });

  for (const [method, kind] of [
    ['files.getUploadURLExternal', 'drop_answer'],
    ['upload', 'drop_request'],
    ['upload', 'drop_answer'],
    ['files.completeUploadExternal', 'drop_answer'],
  ] as const) {
    it(`is text after ${kind} of ${method}, not repeated, and a picture in the next version`, async () => {
      await using opened = await open();
      const { workspace, slack } = opened;
      workspace.front.faults.add({ method, fault: { kind } });

      const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4)));

      const { count, isText } = await readPlace(opened);
      assert.deepEqual([count, isText], [1, true]);
      assert.equal(opened.countCalls('files.getUploadURLExternal'), 1);
      assert.deepEqual(codesOf(opened.faults), [['no_answer', 'unknown']]);
      const next = toOutgoing(workspace.channel, toCard(4), { version: 2, messageRef });
      await slack.sender.deliver(next);
      assert.equal((await readPlace(opened)).isText, false);
    });
  }

  it('is text where what was uploaded cannot be looked up', async () => {
    const broken = { ...createMemory(), find: () => Promise.reject(new Error('no store')) };
    await using opened = await open({ memory: broken });

    await opened.slack.sender.deliver(toOutgoing(opened.workspace.channel, toCard(4)));

    assert.equal((await readPlace(opened)).isText, true);
    assert.equal(opened.faults.length, 1);
  });

  it('is uploaded anew after a death before it was remembered, and the message stands there once', async () => {
    const memory = createMemory();
    let isDead = true;
    const dying: FileMemory = {
      ...memory,
      keep: (hash, id) => (isDead ? Promise.reject(new Error('killed')) : memory.keep(hash, id)),
    };
    await using opened = await open({ memory: dying });
    const { workspace, slack } = opened;
    const messageRef = await slack.sender.deliver(toOutgoing(workspace.channel, toCard(4)));

    isDead = false;
    await slack.sender.deliver(
      toOutgoing(workspace.channel, toCard(4), { version: 2, messageRef }),
    );

    const { count, file } = await readPlace(opened);
    assert.deepEqual([count, file], [1, [...memory.known.values()][0]]);
    assert.equal(workspace.front.files.all.size, 2);
  });

  it('H35 is text where the font has not every letter of a name', async () => {
    await using opened = await open();
    const body = [toTimeline(1, { title: '日本サーバー' })];

    await opened.slack.sender.deliver(toOutgoing(opened.workspace.channel, { ...toCard(1), body }));

    assert.match(JSON.stringify((await opened.workspace.read())[0]?.blocks), /日本サーバー/);
    assert.equal(opened.countCalls('files.getUploadURLExternal'), 0);
    assert.equal(opened.undrawn.length, 1);
  });
});

describe('the files that a workspace has', () => {
  it('are known to the next process, forgotten when told, and few', async () => {
    await using opened = await openTestStore(() => ({ enqueue: async () => undefined }));
    const { store } = opened;
    const memory = createFileMemory(store, 'T1');

    for (let at = 0; at < 12; at += 1) await memory.keep(`ab${at}`, `F${at}`);
    await memory.forget('ab11');
    const next = createFileMemory(store, 'T1');

    assert.equal(await next.find('ab10'), 'F10');
    assert.equal(await next.find('ab11'), undefined);
    assert.equal(await next.find('ab0'), undefined);
    assert.equal(await createFileMemory(store, 'T2').find('ab10'), undefined);
  });
});
