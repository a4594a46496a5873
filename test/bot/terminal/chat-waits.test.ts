/** What a window without a person waits for, where the card of a job is another message than its answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openChatLab } from './chat-lab.ts';

const job = (isOpen: boolean) => ({ subject: { kind: 'job' as const, label: 'J-1', isOpen } });

describe('a window without a person', () => {
  it('ends with 1 when the job failed to which its request led', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    const request = { kind: 'request' as const, label: 'R-1', isOpen: false, leadsTo: 'J-1' };
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m1', { title: 'Approved' }, { answers: dedupeKey, subject: request });
    };

    const chat = lab.chat({ commands: ['vm create web-07'] });
    await chat.shows('Approved');
    conversation.post('m2', { title: 'Creating' }, job(true));
    conversation.post('m2', { title: 'Not created', tone: 'bad' }, job(false));

    assert.equal(await chat.code, 1);
  });

  it('waits for a job that is retried, whose card says that it had ended', async () => {
    await using lab = await openChatLab();
    const { conversation } = lab;
    conversation.post('m1', { title: 'Failed', tone: 'bad' }, job(false));
    const subject = { ...job(true).subject, cardVersion: 2 };
    conversation.onReceive = ({ dedupeKey }) => {
      conversation.post('m2', { title: 'J-1 goes on' }, { answers: dedupeKey, subject });
    };

    const chat = lab.chat({ commands: ['job retry J-1'] });
    await chat.shows('J-1 goes on');
    conversation.post('m1', { title: 'Creating' }, job(true));
    await chat.shows('Creating');
    conversation.post('m1', { title: 'Failed again', tone: 'bad' }, job(false));

    assert.equal(await chat.code, 1);
    assert.match(chat.written(), /^J-1 goes on\n+Creating\n+Failed again\n$/);
  });

  it('shows the card of a job that has ended, whether it comes before its answer or after', async () => {
    const answered = { title: 'Following J-1' };
    const failed = { title: 'Not created', tone: 'bad' } as const;
    const subject = { ...job(false).subject, cardVersion: 1 };
    for (const isBefore of [true, false]) {
      await using lab = await openChatLab();
      const { conversation } = lab;
      conversation.onReceive = ({ dedupeKey }) => {
        if (isBefore) conversation.post('m1', failed, job(false));
        conversation.post('m2', answered, { answers: dedupeKey, subject });
      };

      const chat = lab.chat({ commands: ['job watch J-1'] });
      await chat.shows('Following J-1');
      if (!isBefore) conversation.post('m1', failed, job(false));

      assert.equal(await chat.code, 1);
      assert.match(chat.written(), /^Following J-1\n+Not created\n$/);
    }
  });
});
