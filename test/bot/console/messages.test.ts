import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationError } from '#core/errors.ts';
import { createEcho } from './echo-conversation.ts';
import { openTestConsole, type TestConsole } from './open-test-console.ts';
import { readEvents, type StreamEvent } from './read-events.ts';
import { createJobCard } from './sample-cards.ts';

describe('messages of the console', () => {
  it('hands on a text under the id of the page, as the person chosen', async () => {
    const at = new Date('2026-05-12T12:00:00Z');
    await using opened = await openTestConsole({ now: () => at });

    const body = { as: 'p-ann', id: 'text-0001', text: 'vm list' };
    const answer = await opened.send({ method: 'POST', path: '/api/messages', body });

    assert.deepEqual(JSON.parse(answer.text), { isNew: true });
    assert.deepEqual(opened.conversation.received, [
      {
        transport: 'console',
        dedupeKey: 'text-0001',
        personId: 'p-ann',
        place: 'p-ann',
        sentAt: at,
        body: { kind: 'text', text: 'vm list' },
      },
    ]);
  });

  it('H34 hands on a click sent twice under one id, and says that it was there', async () => {
    await using opened = await openTestConsole();
    const body = { as: 'p-bob', id: 'click-001', actionId: 'a-deny', inputs: { reason: 'no' } };
    const click = { method: 'POST', path: '/api/actions', body };

    const answers = [await opened.send(click), await opened.send(click)];

    const isNew = answers.map(({ text }) => JSON.parse(text).isNew);
    assert.deepEqual(isNew, [true, false]);
    const { received } = opened.conversation;
    assert.deepEqual(new Set(received.map(({ dedupeKey }) => dedupeKey)), new Set(['click-001']));
    const { body: heard } = received[0] ?? {};
    assert.deepEqual(heard, { kind: 'action', actionId: 'a-deny', inputs: { reason: 'no' } });
  });

  it('answers an error of our own with its code, and any other with nothing of it', async () => {
    await using opened = await openTestConsole();
    const body = { as: 'p-ann', id: 'text-0001', text: 'vm list' };
    const send = () => opened.send({ method: 'POST', path: '/api/messages', body });

    opened.conversation.failWith(new OperationError('storage_full', 'not_started'));
    const full = await send();
    opened.conversation.failWith(new Error('secret detail'));
    const broken = await send();

    assert.equal(full.status, 503);
    assert.deepEqual(JSON.parse(full.text), { code: 'storage_full' });
    assert.equal(broken.status, 500);
    assert.deepEqual(JSON.parse(broken.text), { code: 'unexpected' });
    assert.equal(opened.logged.length, 2);
  });

  it('lists people, examples and the newest 100 messages of one person', async () => {
    await using opened = await openTestConsole({ examples: ['help'] });
    for (let number = 1; number <= 101; number++) {
      opened.conversation.put('p-ann', { id: `m-${number}`, card: createEcho(`${number}`) });
    }
    opened.conversation.put('p-bob', { id: 'b-1', card: createEcho('for Bob only') });

    const people = JSON.parse((await opened.send({ path: '/api/people' })).text);
    const { messages } = JSON.parse((await opened.send({ path: '/api/messages?as=p-ann' })).text);

    assert.deepEqual(people.examples, ['help']);
    assert.deepEqual(people.people[0], { id: 'p-ann', name: 'Ann Berg', login: 'ann' });
    assert.equal(messages.length, 100);
    assert.equal(messages[0].id, 'm-2');
    assert.equal(messages[0].summary, 'Echo: 2');
    assert.equal(messages[0].adaptiveCard.type, 'AdaptiveCard');
  });
});

describe('the stream of the console', () => {
  it('brings new and edited messages, and of the others only ids', async () => {
    await using opened = await openTestConsole();
    await using stream = await openStream(opened);

    assert.deepEqual(await stream.next(), toOthers('p-bob', []));
    assert.deepEqual(await stream.next(), toOthers('p-eva', []));
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(20) });
    opened.conversation.put('p-bob', { id: 'b-1', card: createEcho('for Bob only') });
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(60) });

    assert.deepEqual(pickVersion(await stream.next()), ['message', 'j-1', 1]);
    assert.deepEqual(await stream.next(), toOthers('p-bob', ['b-1']));
    assert.deepEqual(pickVersion(await stream.next()), ['message', 'j-1', 2]);
  });

  it('leaves nothing out between two streams: the list has what came in between', async () => {
    await using opened = await openTestConsole();
    {
      await using _first = await openStream(opened);
    }
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(20) });
    opened.conversation.put('p-ann', { id: 'j-1', card: createJobCard(60) });

    await using _second = await openStream(opened);
    const { messages } = JSON.parse((await opened.send({ path: '/api/messages?as=p-ann' })).text);

    assert.deepEqual([messages[0].id, messages[0].version], ['j-1', 2]);
  });

  it('says now and then that it is still there', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    await using opened = await openTestConsole();
    await using stream = await openStream(opened);
    await stream.next();
    await stream.next();

    t.mock.timers.tick(15_000);

    assert.deepEqual(await stream.next(), { event: 'comment', data: 'still here' });
  });

  it('ends when a card cannot be drawn, so that the page comes back, and logs it', async () => {
    const toAdaptiveCard = () => {
      throw new Error('no such block');
    };
    await using opened = await openTestConsole({ toAdaptiveCard });
    await using stream = await openStream(opened);
    await stream.next();
    await stream.next();

    opened.conversation.put('p-ann', { id: 'm-1', card: createEcho('x') });

    await assert.rejects(stream.next());
    assert.equal(opened.logged.length, 1);
  });

  it('ends with the console and watches no longer', async () => {
    const opened = await openTestConsole();
    await using stream = await openStream(opened);
    await stream.next();

    await opened.console.close();

    assert.equal(opened.conversation.watcherCount(), 0);
  });
});

async function openStream({ url, key }: TestConsole) {
  const aborting = new AbortController();
  const response = await fetch(new URL(`/api/stream?as=p-ann&key=${key}`, url), {
    signal: aborting.signal,
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.ok(response.body);
  const events = readEvents(response.body);
  return {
    next: async () => (await events.next()).value as StreamEvent | undefined,
    [Symbol.asyncDispose]: async () => aborting.abort(),
  };
}

function toOthers(personId: string, messageIds: readonly string[]): StreamEvent {
  return { event: 'others', data: JSON.stringify({ personId, messageIds }) };
}

function pickVersion(event: StreamEvent | undefined) {
  const { id, version } = JSON.parse(event?.data ?? '{}');
  return [event?.event, id, version];
}
