import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneOf } from '#bot/delivery/lane.ts';
import { exampleCards } from '#test/bot/renderers/example-cards.ts';

const { approval, job, gate } = exampleCards;
const toSubject = (kind: 'request' | 'job', isOpen: boolean) => ({ kind, isOpen, label: 'X-1' });

describe('how urgent a message is', () => {
  it('is most where somebody is asked or waits for an answer', () => {
    assert.equal(laneOf({ card: approval, subject: toSubject('request', true) }), 'urgent');
    assert.equal(laneOf({ card: gate, subject: toSubject('job', true) }), 'urgent');
    assert.equal(laneOf({ card: approval }), 'urgent');
    const spokenOf = { ...toSubject('job', true), cardVersion: 2 };
    assert.equal(laneOf({ card: job, subject: spokenOf }), 'urgent');
  });

  it('is less for what ended, and least for what goes on', () => {
    assert.equal(laneOf({ card: approval, subject: toSubject('request', false) }), 'final');
    assert.equal(laneOf({ card: gate, subject: toSubject('job', false) }), 'final');
    assert.equal(laneOf({ card: job, subject: toSubject('job', true) }), 'progress');
  });
});
