import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Incoming } from '#bot/conversation/conversation-port.ts';
import { type ChatLab, openChatLab } from './chat-lab.ts';

const textOf = ({ body }: Incoming) => (body.kind === 'text' ? body.text : `#${body.actionId}`);
const job = (isOpen: boolean, label = 'J-1') => ({
  subject: { kind: 'job' as const, label, isOpen },
});

/** Answers each message with a card that repeats it. */
function answerAll(lab: ChatLab): void {
  lab.conversation.onReceive = (incoming) => {
    const { dedupeKey } = incoming;
    const title = `answer to ${textOf(incoming)}`;
    lab.conversation.post(dedupeKey, { title }, { answers: dedupeKey });
  };
}

describe('a window without a person', () => {
  it('runs one command and ends with its answer', async () => {
    await using lab = await openChatLab();
    answerAll(lab);

    const chat = lab.chat({ commands: ['vm list'] });

    assert.equal(await chat.code, 0);
    assert.equal(chat.written(), 'answer to vm list\n');
    assert.equal(chat.errors(), '');
  });

  it('waits for each answer before the next line', async () => {
    await using lab = await openChatLab();
    const order: string[] = [];
    lab.conversation.onReceive = (incoming) => {
      order.push(textOf(incoming));
      setImmediate(() => {
        order.push(`answered ${textOf(incoming)}`);
        lab.conversation.post(incoming.dedupeKey, {}, { answers: incoming.dedupeKey });
      });
    };

    const chat = lab.chat();
    chat.type('vm list');
    chat.type('');
    chat.type('host list');
    chat.stdin.end();

    assert.equal(await chat.code, 0);
    assert.deepEqual(order, ['vm list', 'answered vm list', 'host list', 'answered host list']);
  });

  it('ends when the request and the job that it began have ended', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    const steps = [{ mark: 'running' as const, text: 'setting CPU and memory' }];
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Creating web-07' }, { answers: dedupeKey, ...job(true) });
    };

    const chat = lab.chat({ commands: ['vm create web-07'] });
    await chat.shows('Creating web-07');
    const body = [{ block: 'steps' as const, steps }];
    conversation.post('m1', { title: 'Creating web-07', state: 'J-1 · 62 %', body }, job(true));
    await chat.shows('J-1 · 62 %  setting CPU and memory\n');
    conversation.post('m1', { title: 'Created web-07', state: 'J-1 · done' }, job(false));

    assert.equal(await chat.code, 0);
    assert.match(chat.written(), /Created web-07 +J-1 · done\n$/);
  });

  it('ends with 1 when something was refused or failed', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Not allowed', tone: 'bad' }, { answers: dedupeKey });
    };
    assert.equal(await lab.chat({ commands: ['vm delete db-01'] }).code, 1);

    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m2', {}, { answers: dedupeKey, ...job(true, 'J-2') });
      conversation.post('m2', { tone: 'bad' }, { answers: dedupeKey, ...job(false, 'J-2') });
    };
    assert.equal(await lab.chat({ commands: ['vm start web-07'] }).code, 1);
  });

  it('ends with 1 when it was asked which one is meant, and with 0 when it said so', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey, body }) => {
      const actions = [{ id: 'a1', label: 'web-01 in /test', style: 'normal' as const }];
      const asked = { title: 'Which one?', asksBack: true, actions };
      const card = body.kind === 'text' ? asked : { title: 'VM web-01' };
      conversation.post(dedupeKey, card, { answers: dedupeKey });
    };

    const open = await lab.chat({ commands: ['vm show web-01'] }).code;
    const said = await lab.chat({ commands: ['vm show web-01', '1'] }).code;

    assert.deepEqual([open, said], [1, 0]);
  });

  it('ends with 1 when Drover could not store what was said', async () => {
    await using lab = await openChatLab();
    lab.conversation.onReceive = () => Promise.reject(new Error('disk full'));

    const chat = lab.chat({ commands: ['vm list'] });

    assert.equal(await chat.code, 1);
    assert.match(chat.errors(), /could not store that/);
  });

  it('ends with 2 where no Drover runs, or it knows nobody of that name', async () => {
    await using lab = await openChatLab();
    const stranger = lab.chat({ speaker: { as: 'zoe' }, commands: ['vm list'] });
    assert.equal(await stranger.code, 2);
    assert.match(stranger.errors(), /nobody called zoe/);

    await lab.stop();
    const chat = lab.chat({ commands: ['vm list'] });
    assert.equal(await chat.code, 2);
    assert.equal(chat.errors(), `no Drover runs on ${lab.folder}: npm start\n`);
  });

  it('shows nothing of what another window of the same person does', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = (incoming) => {
      conversation.post('other', { title: 'not mine' }, { answers: 'key of another window' });
      const { dedupeKey } = incoming;
      conversation.post(dedupeKey, { title: `mine: ${textOf(incoming)}` }, { answers: dedupeKey });
    };

    const chat = lab.chat({ commands: ['vm list'] });
    await chat.code;

    assert.equal(chat.written(), 'mine: vm list\n');
  });

  it('chooses an action by its number and gives its reason from the next line', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    const ask = { name: 'reason', label: 'Reason', required: true };
    conversation.onReceive = (incoming) => {
      if (incoming.body.kind === 'action') conversation.post('m1', { title: 'Denied' });
      else {
        const actions = [
          { id: 'a1', label: 'Approve', style: 'primary' as const },
          { id: 'a2', label: 'Deny', style: 'normal' as const, ask },
        ];
        conversation.post('m1', { title: 'R-1', actions }, { answers: incoming.dedupeKey });
      }
    };

    const chat = lab.chat();
    for (const line of ['approval show R-1', '2', 'too large']) chat.type(line);
    chat.stdin.end();

    assert.equal(await chat.code, 0);
    assert.match(chat.written(), /\[1\] Approve {2}\[2\] Deny…/);
    assert.deepEqual(conversation.received[1]?.body, {
      kind: 'action',
      actionId: 'a2',
      inputs: { reason: 'too large' },
    });
  });

  it('sends nothing when its lines end before a question is answered', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey }) => {
      const actions = [{ id: 'a1', label: 'Drop', style: 'danger' as const, confirm: 'For good?' }];
      conversation.post('m1', { actions }, { answers: dedupeKey });
    };

    const chat = lab.chat({ commands: ['vm show web-07', '1'] });

    assert.equal(await chat.code, 1);
    assert.match(chat.written(), /The input ended before “Drop” had its answers/);
    assert.equal(conversation.received.length, 1);
  });

  it('ends at once on SIGINT and says what goes on', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Creating' }, { answers: dedupeKey, ...job(true) });
    };
    const chat = lab.chat({ commands: ['vm create web-07'] });
    await chat.shows('Creating');

    process.emit('SIGINT');

    assert.equal(await chat.code, 130);
    assert.match(chat.written(), /J-1 goes on without this window/);
  });
});

describe('a window whose Drover is killed and started again', () => {
  it('sends again what was not acknowledged, and it is stored once', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    const stored = Promise.withResolvers<void>();
    // Committed, and the server dies before it can say so.
    conversation.onReceive = () => {
      stored.resolve();
      return new Promise((resolve) => setImmediate(resolve));
    };
    const chat = lab.chat({ commands: ['vm create web-07'] });
    await stored.promise;
    await lab.stop();
    await conversation.until(() => conversation.received.length === 1);
    await chat.shows('broke off');

    await lab.start();
    await chat.shows('Connected again');
    await conversation.until(() => conversation.calls.length === 2);
    const key = conversation.received[0]?.dedupeKey;
    conversation.post('m1', { title: 'Created' }, { ...(key ? { answers: key } : {}) });

    assert.equal(await chat.code, 0);
    assert.equal(conversation.received.length, 1);
    assert.equal(conversation.calls[1]?.dedupeKey, key);
  });

  it('goes on waiting and learns what ended meanwhile', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Creating' }, { answers: dedupeKey, ...job(true) });
    };
    const chat = lab.chat({ commands: ['vm create web-07'] });
    await chat.shows('Creating');

    await lab.stop();
    conversation.post('m1', { title: 'Created web-07' }, job(false));
    await lab.start();

    assert.equal(await chat.code, 0);
    assert.match(chat.written(), /Created web-07\n$/);
  });

  it('gives up after its patience and says so', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Creating' }, { answers: dedupeKey, ...job(true) });
    };
    const patience = { everyMs: 1, forMs: 3 };
    const chat = lab.chat({ commands: ['vm create web-07'], patience });
    await chat.shows('Creating');

    await lab.stop();

    assert.equal(await chat.code, 1);
    assert.match(chat.errors(), /Drover did not come back/);
    assert.match(chat.written(), /J-1 goes on without this window/);
  });
});
