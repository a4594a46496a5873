/** Teams lets a bot look for nothing that it posted: of a message whose answer was lost there may be two, and both are kept alike. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PostNotes } from '#bot/delivery/post-notes.ts';
import { createTeams } from '#bot/teams/teams.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';
import { createNotesInMemory } from '#test/helpers/notes-in-memory.ts';
import { eventually } from '#test/helpers/peers/teams.ts';
import type { TeamsFault } from '#test/peers/teams/teams-faults.ts';
import { groupChat, toPersonalChat } from '#test/peers/teams/teams-world.ts';
import { isFault, type OpenTeams, openWithReferences, toOutgoing } from './open-teams.ts';

const { approval, job, refused } = exampleCards;

/** Another process with the same database. */
async function openNext({ tenant, references }: OpenTeams, notes: PostNotes) {
  const host = {
    ...{ receive: async () => true, findCard: async () => undefined, choices: async () => [] },
    ...{ saveReference: async () => undefined, dropReferences: async () => undefined },
    noteRefused: async () => undefined,
    findReference: async (place: string) => references.get(place),
  };
  const onFault = () => undefined;
  const teams = await createTeams({ config: tenant.config(), host, notes, onFault });
  return {
    deliver: teams.sender.deliver,
    [Symbol.asyncDispose]: () => teams.close(),
  };
}

describe('a card whose answer from Teams was lost', () => {
  const lost: Readonly<Record<string, readonly [TeamsFault, number]>> = {
    'answer was lost': [{ kind: 'drop_answer' }, 2],
    'order was lost': [{ kind: 'drop_request' }, 1],
    'fate is unknown (502)': [{ kind: 'answer_status', status: 502, reachesTeams: true }, 2],
    'fate is unknown (504)': [{ kind: 'answer_status', status: 504 }, 1],
    'fate is unknown (412)': [{ kind: 'answer_status', status: 412 }, 1],
    'answer never comes': [{ kind: 'hang', reachesTeams: true }, 2],
  };
  for (const [name, [fault, count]] of Object.entries(lost)) {
    it(`is there at most once more when its ${name}`, async () => {
      // What is answered or cut off needs no limit, and a slow machine none that is short.
      const limits = fault.kind === 'hang' ? { sendTimeoutMs: 1_500 } : {};
      await using open = await openWithReferences(limits);
      const { tenant, teams } = open;
      tenant.connector.faults.add({ call: 'post', fault });

      await assert.rejects(
        teams.sender.deliver(toOutgoing(groupChat, approval)),
        isFault('no_answer', 'unknown'),
      );
      const messageRef = await teams.sender.deliver(
        toOutgoing(groupChat, approval, { version: 2 }),
      );

      assert.equal(tenant.read(groupChat).length, count);
      assert.equal(tenant.read(groupChat).at(-1)?.id, messageRef);
    });
  }

  it('is never posted a third time', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'drop_answer' }, times: 2 });
    const message = toOutgoing(groupChat, approval);

    for (let tries = 0; tries < 5; tries += 1) {
      const facts = tries < 2 ? {} : { unseen: true };
      await assert.rejects(teams.sender.deliver(message), isFault('no_answer', 'unknown', facts));
    }

    assert.equal(tenant.read(groupChat).length, 2);
  });

  it('is resolved in both messages once somebody acts on the lost one', async () => {
    const adopted: string[] = [];
    const told: string[] = [];
    const notes: PostNotes = {
      ...createNotesInMemory(),
      tellTwice: async ({ place, copyId }) => void told.push(`${copyId} in ${place}`),
    };
    await using open = await openWithReferences({
      notes,
      answers: { adopt: async ({ messageId }) => void adopted.push(messageId) },
    });
    const { tenant, teams } = open;
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'drop_answer' } });
    await assert.rejects(teams.sender.deliver(toOutgoing(groupChat, approval)));
    const second = await teams.sender.deliver(toOutgoing(groupChat, approval));
    const [lostOne] = tenant.read(groupChat);
    assert.ok(lostOne && lostOne.id !== second);

    await tenant.refresh('bob', lostOne);
    const messageRef = `${second} ${adopted[0]}`;
    const ref = await teams.sender.deliver(
      toOutgoing(groupChat, refused, { version: 2, messageRef }),
    );

    assert.deepEqual(adopted, [lostOne.id]);
    assert.deepEqual(told, [`copy-1 in ${groupChat}`]);
    assert.equal(ref, messageRef);
    assert.deepEqual(
      tenant.read(groupChat).map(({ summary }) => summary),
      [refused.summary, refused.summary],
    );
  });

  it('brings a found message up to a version that the other has already', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const first = await teams.sender.deliver(toOutgoing(groupChat, approval));
    const second = await teams.sender.deliver(
      toOutgoing(groupChat, approval, { copyId: 'copy-2' }),
    );
    const done = { version: 3, messageRef: first };
    await teams.sender.deliver(toOutgoing(groupChat, refused, done));

    const both = { version: 3, messageRef: `${first} ${second}` };
    await teams.sender.deliver(toOutgoing(groupChat, refused, both));

    assert.deepEqual(
      tenant.read(groupChat).map(({ summary }) => summary),
      [refused.summary, refused.summary],
    );
  });

  it('is learned from an answer that came too late', async () => {
    await using open = await openWithReferences({ sendTimeoutMs: 1_000 });
    const { tenant, teams } = open;
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'delay_answer', ms: 1_500 } });

    await assert.rejects(teams.sender.deliver(toOutgoing(groupChat, approval)));
    await eventually('the late answer', () => open.adopted.length === 1);

    const [message] = tenant.read(groupChat);
    assert.deepEqual(open.adopted, [
      { place: groupChat, messageId: message?.id, by: { ref: 'copy-1' } },
    ]);
  });

  it('is posted at most once more by the process that comes after one that was killed', async () => {
    const notes = createNotesInMemory();
    await using open = await openWithReferences({ notes });
    const { tenant, teams } = open;
    const message = toOutgoing(groupChat, approval);
    await teams.sender.deliver(message);
    await using next = await openNext(open, notes);
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'drop_answer' } });

    await assert.rejects(next.deliver(message), isFault('no_answer', 'unknown'));
    await assert.rejects(next.deliver(message), isFault('no_answer', 'unknown'));

    assert.equal(tenant.read(groupChat).length, 2);
  });

  it('is posted anew at most once more by the process that comes after one that was killed', async () => {
    const notes = createNotesInMemory();
    await using open = await openWithReferences({ notes });
    const { tenant, teams } = open;
    const messageRef = await teams.sender.deliver(toOutgoing(groupChat, job));
    const gone = { kind: 'answer_status', status: 404, code: 'MessageNotFound' } as const;
    tenant.connector.faults.add({ call: 'edit', fault: gone, times: 4 });
    const deliver = async (ref: string) => {
      await using next = await openNext(open, notes);
      return await next.deliver(toOutgoing(groupChat, job, { version: 2, messageRef: ref }));
    };

    // What a killed process posted is not recorded: the copy still names the deleted message.
    await deliver(messageRef);
    await deliver(messageRef);

    await assert.rejects(deliver(messageRef), isFault('no_answer', 'unknown'));
    await assert.rejects(deliver('another'), isFault('not_found', 'refused', { gone: 'message' }));
    assert.equal(tenant.read(groupChat).length, 3);
  });

  it('is posted anew once although a newer version was read before that was recorded', async () => {
    const told: string[] = [];
    const notes = {
      ...createNotesInMemory(),
      tellTwice: async ({ copyId }: { readonly copyId: string }) => void told.push(copyId),
    };
    await using open = await openWithReferences({ notes });
    const { tenant, teams } = open;
    const messageRef = await teams.sender.deliver(toOutgoing(groupChat, job));
    const gone = { kind: 'answer_status', status: 404, code: 'MessageNotFound' } as const;
    tenant.connector.faults.add({ call: 'edit', fault: gone });
    const toVersion = (version: number) => toOutgoing(groupChat, job, { version, messageRef });

    const anew = teams.sender.deliver(toVersion(2));
    await eventually('the new message', () => tenant.read(groupChat).length === 2);
    const refs = await Promise.all([anew, teams.sender.deliver(toVersion(3))]);
    refs.push(await teams.sender.deliver(toVersion(4)));

    assert.equal(tenant.read(groupChat).length, 2);
    assert.deepEqual([new Set(refs).size, told], [1, []]);
  });

  it('of a person’s own says its id when they look at it, until it is edited', async () => {
    await using open = await openWithReferences();
    const { tenant, teams } = open;
    const chat = toPersonalChat('bob');
    const subject = { kind: 'request', label: 'R-1', isOpen: true } as const;
    const answer = toOutgoing(chat, refused);
    const card = toOutgoing(chat, approval, { copyId: 'copy-2' });
    const asking = { ...card, content: { ...card.content, subject } };

    await teams.sender.deliver(answer);
    const messageRef = await teams.sender.deliver(asking);
    const [told, posted] = tenant.read(chat);
    assert.equal(told?.card?.refresh, undefined);
    assert.ok(posted);
    await tenant.refresh('bob', posted);
    await teams.sender.deliver({ ...asking, version: 2, messageRef });

    assert.deepEqual(open.adopted, [{ place: chat, messageId: posted.id, by: { ref: 'copy-2' } }]);
    assert.equal(tenant.read(chat)[1]?.card?.refresh, undefined);
  });

  it('is noted before it is posted, and not counted when it surely did not arrive', async () => {
    const told: string[] = [];
    const inner = createNotesInMemory();
    const notes: PostNotes = {
      ...inner,
      async begin(post) {
        const earlier = await inner.begin(post);
        told.push(`begin ${earlier}`);
        return earlier;
      },
      async undo(copyId) {
        told.push('undo');
        await inner.undo(copyId);
      },
    };
    await using open = await openWithReferences({ notes });
    const { tenant, teams } = open;
    tenant.connector.faults.add({ call: 'post', fault: { kind: 'answer_status', status: 400 } });

    await assert.rejects(
      teams.sender.deliver(toOutgoing(groupChat, approval)),
      isFault('request_invalid', 'refused'),
    );
    await teams.sender.deliver(toOutgoing(groupChat, approval));

    assert.deepEqual(told, ['begin 0', 'undo', 'begin 0']);
  });
});
