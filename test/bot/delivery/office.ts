/** A store with people in it, and what a delivery does to it: without a chat. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ApprovalStore } from '#approvals/request-store.ts';
import { tellApprovers } from '#bot/conversation/tell-approvers.ts';
import type { Reach } from '#bot/conversation/tell-operators.ts';
import { noteDelivered } from '#bot/delivery/note-delivered.ts';
import { noteNotDelivered } from '#bot/delivery/note-not-delivered.ts';
import type { Failure } from '#bot/delivery/read-failure.ts';
import type { House } from '#bot/house.ts';
import type { WakeUp } from '#core/ports/work-queue.ts';
import { openTestStore } from '#test/helpers/open-test-store.ts';

const OPS = { transport: 'slack', place: 'C0OPS' };
const ARCHIVED: Failure = { what: 'place', code: 'archived' };
const SLACK: Reach = { chats: new Set(['slack', 'teams']), operators: [OPS] };

export interface Office {
  readonly store: ApprovalStore;
  readonly house: Pick<House, 'store' | 'newId' | 'reach'>;
  /** Opens a request that these people are asked for. */
  ask(number: number, ...people: readonly string[]): Promise<void>;
  /** One version more, as any change makes it. */
  touch(number: number): Promise<void>;
  arrive(number: number, place: string, ref?: string): Promise<void>;
  fail(number: number, place: string, failure?: Failure): Promise<void>;
  /** `bob told`, `eva not_reached archived`. */
  tellings(number: number): Promise<string[]>;
  places(number: number): Promise<string[]>;
  events(event: string): Promise<Record<string, unknown>[]>;
  /** Cards of no request that were made here. */
  findNotices(): Promise<string[]>;
  /** Requests that Bob is asked for, and that fail to reach him. */
  failTimes(times: number, from?: number): Promise<void>;
}

export function toOffice(store: ApprovalStore, reach: Reach = SLACK): Office {
  const made: string[] = [];
  const newId = () => {
    const id = randomUUID();
    made.push(id);
    return id;
  };
  const house = { store, newId, reach };
  const find = (number: number) =>
    store.read(async ({ cards }) => {
      const card = await cards.findBySubject('request', `r${number}`);
      assert.ok(card);
      return { card, copies: await cards.listCopies(card.id) };
    });
  const findAt = async (number: number, wanted: string) => {
    const { card, copies } = await find(number);
    const copy = copies.find(({ place }) => place === wanted);
    assert.ok(copy, `${wanted} among ${copies.map(({ place }) => place)}`);
    return { card, copy };
  };
  return {
    ...{ store, house },
    async findNotices() {
      const cards = await store.read((reads) =>
        Promise.all(made.map((id) => reads.cards.find(id))),
      );
      return cards.flatMap((card) => (card?.kind === 'answer' ? [card.id] : []));
    },
    async failTimes(times, from = 1) {
      for (let number = from; number < from + times; number += 1) {
        await this.ask(number, 'bob');
        await this.fail(number, 'U0BOB');
      }
    },
    ask: (number, ...people) =>
      store.transact(async (tx) => {
        const named = people.map((id) => ({ id, name: id }));
        await tellApprovers(house, tx, `r${number}`, named);
      }),
    touch: (number) =>
      store.transact(async ({ cards }) => {
        const card = await cards.findBySubject('request', `r${number}`);
        await cards.touch(card?.id ?? '');
      }),
    async arrive(number, place, ref = `message-${place}`) {
      const { card, copy } = await findAt(number, place);
      await noteDelivered(house, { card, copy, ref, wasFailing: false });
    },
    async fail(number, place, failure = ARCHIVED) {
      await noteNotDelivered(house, await findAt(number, place), failure);
    },
    async tellings(number) {
      const rows = await store.read((reads) => reads.tellings.list(`r${number}`));
      return rows.map(({ personId, outcome, code }) =>
        [personId, outcome, ...(code ? [code] : [])].join(' '),
      );
    },
    places: async (number) =>
      (await find(number)).copies
        .filter(({ transport }) => transport !== 'console')
        .map(({ place, goneCode }) => (goneCode ? `${place} ${goneCode}` : place)),
    async events(event) {
      const rows = await store.read((reads) => reads.audit.list({ event, limit: 100 }));
      return rows.map(({ body }) => JSON.parse(body).facts);
    },
  };
}

export async function openOffice(reach: Reach = SLACK) {
  /** Everything that became due. */
  const woken: WakeUp[] = [];
  const opened = await openTestStore(() => ({
    enqueue: async (_tx, wakeUps) => void woken.push(...wakeUps),
  }));
  await hire(opened.store);
  const office = toOffice(opened.store, reach);
  return { ...office, woken, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

/** Bob reads in Slack, Eva in Slack and Teams, Gus nowhere. */
export function hire(store: ApprovalStore): Promise<void> {
  return store.transact(async ({ links }) => {
    await links.put({ chatId: 'slack:T0:U0BOB', personId: 'bob', personName: 'Bob Stein' });
    await links.put({ chatId: 'slack:T0:U0EVA', personId: 'eva', personName: 'Eva Lang' });
    await links.put({ chatId: `teams:t:${EVA}`, personId: 'eva', personName: 'Eva Lang' });
  });
}

export const EVA = 'eeeeeeee-0000-4000-8000-000000000001';

export async function versionOf({ store }: Office, number: number): Promise<number | undefined> {
  const card = await store.read((reads) => reads.cards.findBySubject('request', `r${number}`));
  return card?.version;
}
