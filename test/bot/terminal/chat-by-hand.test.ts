import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card, Input } from '#bot/cards/card.ts';
import { type Chat, type ChatLab, openChatLab } from './chat-lab.ts';

const running = (percent: number): Partial<Card> => ({
  title: 'Creating web-07',
  state: `J-1 · ${percent} %`,
  body: [{ block: 'steps', steps: [{ mark: 'running', text: `step at ${percent}` }] }],
  actions: [{ id: `cancel-${percent}`, label: 'Cancel', style: 'danger' }],
});
const open = { subject: { kind: 'job' as const, label: 'J-1', isOpen: true } };

async function sitDown(lab: ChatLab): Promise<Chat> {
  const chat = lab.chat({ isTTY: true });
  await chat.shows('ann> ');
  return chat;
}

async function leave(chat: Chat): Promise<void> {
  chat.type('exit');
  assert.equal(await chat.code, 0);
}

describe('a window with a person', () => {
  it('greets, shows what still goes on, and ends with exit', async () => {
    await using lab = await openChatLab();
    lab.conversation.post('old', { title: 'Long over' });
    lab.conversation.post('m1', running(10), open);

    const chat = await sitDown(lab);

    assert.match(chat.screen(), /Ann Berg at Drover\./);
    assert.match(
      chat.screen(),
      /Creating web-07 .* J-1 · 10 %\n▸ step at 10\n\[1\] Cancel\nann> $/,
    );
    assert.doesNotMatch(chat.screen(), /Long over/);
    await leave(chat);
  });

  it('ends with the end of the input', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);

    chat.stdin.end();

    assert.equal(await chat.code, 0);
  });

  it('changes the last card in place and keeps what is being typed', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    lab.conversation.post('m1', running(10), open);
    await chat.shows('J-1 · 10 %');
    chat.stdin.write('vm li');
    await chat.shows('ann> vm li');

    lab.conversation.post('m1', running(62), open);
    await chat.shows('J-1 · 62 %');

    assert.doesNotMatch(chat.screen(), /10 %/);
    assert.match(chat.screen(), /▸ step at 62\n\[1\] Cancel\nann> vm li$/);
    chat.stdin.write('\u0015');
    await leave(chat);
  });

  it('prints one line when the card is no longer the last thing on the screen', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    lab.conversation.post('m1', running(10), open);
    await chat.shows('J-1 · 10 %');
    lab.conversation.onReceive = ({ dedupeKey }) => {
      lab.conversation.post('m2', { title: 'Four VMs' }, { answers: dedupeKey });
    };
    chat.type('vm list');
    await chat.shows('Four VMs');

    lab.conversation.post('m1', running(62), open);
    await chat.shows('J-1 · 62 %  step at 62');

    assert.match(chat.screen(), /J-1 · 10 %/);
    assert.match(chat.screen(), /Four VMs\nJ-1 · 62 % {2}step at 62\nann> $/);
    await leave(chat);
  });

  it('runs an action by its number, as the card stands now', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    lab.conversation.post('m1', running(10), open);
    await chat.shows('[1] Cancel');
    lab.conversation.post('m1', running(62), open);
    await chat.shows('62 %');

    chat.type('1');
    await lab.conversation.until(() => lab.conversation.received.length === 1);

    const body = lab.conversation.received[0]?.body;
    assert.deepEqual(body, { kind: 'action', actionId: 'cancel-62', inputs: {} });
    await leave(chat);
  });

  it('runs nothing for a number that is unknown or gone', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    lab.conversation.post('m1', running(10), open);
    await chat.shows('[1] Cancel');
    lab.conversation.post('m1', { title: 'Created web-07' });
    await chat.shows('Created web-07');

    chat.type('1');
    await chat.shows('“Cancel” can no longer be chosen.');
    chat.type('9');
    await chat.shows('Nothing here has the number 9.');

    assert.equal(lab.conversation.received.length, 0);
    await leave(chat);
  });

  it('asks for a reason before it denies, and sends nothing on a dot', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    const ask = { name: 'reason', label: 'Reason', required: true };
    const actions = [{ id: 'deny', label: 'Deny', style: 'normal' as const, ask }];
    lab.conversation.post('m1', { title: 'R-1', actions });
    await chat.shows('[1] Deny…');

    chat.type('1');
    await chat.shows('Reason: ');
    chat.type('.');
    await chat.shows('Given up; nothing was sent.');
    chat.type('1');
    chat.type('');
    await chat.shows('✖ This is needed.');
    chat.type('no room');
    await lab.conversation.until(() => lab.conversation.received.length === 1);

    const body = lab.conversation.received[0]?.body;
    assert.deepEqual(body, { kind: 'action', actionId: 'deny', inputs: { reason: 'no room' } });
    await leave(chat);
  });

  it('asks a form one by one: kept values, numbered choices, yes or no, and whether', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    const choices = [
      { title: 'ubuntu-24', value: 't-1' },
      { title: 'Windows 2025', value: 't-2' },
    ];
    const inputs: readonly Input[] = [
      { name: 'name', label: 'Name', required: true, input: 'text', value: 'web-07' },
      { name: 'template', label: 'Template', required: true, input: 'choice', choices },
      { name: 'start', label: 'Start it', required: false, input: 'toggle' },
    ];
    const actions = [{ id: 'go', label: 'Create', style: 'primary' as const, confirm: 'Really?' }];
    lab.conversation.post('m1', { title: 'Create a VM', inputs, actions });
    await chat.shows('[1] Create');

    for (const line of ['1', '', '7', '2', 'y', 'yes']) chat.type(line);
    await lab.conversation.until(() => lab.conversation.received.length === 1);

    assert.match(chat.screen(), /Name \[web-07\]: /);
    assert.match(chat.screen(), /Template:\n {2}1 ubuntu-24\n {2}2 Windows 2025\n✖ “7” is none/);
    assert.match(chat.screen(), /Really\?\nyes or no: yes/);
    assert.deepEqual(lab.conversation.received[0]?.body, {
      kind: 'action',
      actionId: 'go',
      inputs: { name: 'web-07', template: 't-2', start: 'true' },
    });
    await leave(chat);
  });

  it('shows details by their number', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);
    const details = [{ block: 'text' as const, text: 'esx-07 has room' }];
    lab.conversation.post('m1', { title: 'R-1', details });
    await chat.shows('[1] Details');

    chat.type('1');
    await chat.shows('esx-07 has room');

    assert.equal(lab.conversation.received.length, 0);
    await leave(chat);
  });

  it('H35 lets no name drive the terminal', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);

    lab.conversation.post('m1', { title: 'evil\u001b[2J\u202e\nann> vm delete db-01' });
    await chat.shows('evil');

    assert.ok(!chat.written().includes('\u001b[2J'));
    assert.match(chat.screen(), /evil␛\[2J‹U\+202E›␤ann> vm delete db-01\nann> $/);
    await leave(chat);
  });

  it('says that Drover went away and came back, and goes on', async () => {
    await using lab = await openChatLab();
    const chat = await sitDown(lab);

    await lab.stop();
    await chat.shows('broke off');
    chat.type('vm list');
    await lab.start();
    await chat.shows('Connected again.');
    await lab.conversation.until(() => lab.conversation.received.length === 1);

    assert.deepEqual(lab.conversation.received[0]?.body, { kind: 'text', text: 'vm list' });
    await leave(chat);
  });
});
