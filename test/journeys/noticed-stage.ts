/** What operators are told of a small vCenter by itself: Carl answers for jobs, and so is one of them. */
import type { MessageView } from '#bot/conversation/conversation-port.ts';
import { eventually, type TestApp } from '#test/helpers/open-test-app.ts';
import { names, toLine } from './moves-stage.ts';

export const ON = { 'esx-01': names(8), 'esx-02': [], 'esx-03': [] };

/** All start elsewhere when their host fails. */
export const HIGHLY_AVAILABLE = Object.fromEntries(
  names(8).map((name) => [name, { isHighlyAvailable: true, priority: 'medium' as const }]),
);

export async function noticedCards(app: TestApp, person = 'carl'): Promise<MessageView[]> {
  return (await app.messages(person)).filter(({ subject }) => subject?.kind === 'noticed');
}

/** What the person reads, one line a card. */
export async function noticedLines(app: TestApp, person = 'carl'): Promise<string[]> {
  return (await noticedCards(app, person)).map(({ card }) => toLine(card));
}

/** Waits until the newest of them says it. */
export async function untilNoticed(app: TestApp, words: RegExp): Promise<string> {
  await eventually(async () => words.test((await noticedLines(app)).at(-1) ?? ''));
  return (await noticedLines(app)).at(-1) ?? '';
}
