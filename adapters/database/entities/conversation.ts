/** What came in and what goes out, and who was told. */
import { defineEntity, p } from '@mikro-orm/core';
import { arrival, instant, json } from './columns.ts';

export const Inbox = defineEntity({
  name: 'Inbox',
  indexes: [{ name: 'inbox_unhandled', properties: ['arrival'], where: { handledAt: null } }],
  properties: {
    arrival: arrival().hidden(),
    id: p.text().unique(),
    dedupeKey: p.text().unique(),
    transport: p.text(),
    personId: p.text(),
    place: p.text(),
    kind: p.text(),
    body: json(),
    sentAt: instant(),
    receivedAt: instant(),
    handledAt: instant().nullable(),
  },
});

export const Card = defineEntity({
  name: 'Card',
  indexes: [{ name: 'card_behind', properties: ['createdAt', 'id'], where: { isBehind: true } }],
  uniques: [{ properties: ['kind', 'subjectId'] }],
  properties: {
    id: p.text().primary(),
    kind: p.text(),
    subjectId: p.text().nullable(),
    content: json(),
    version: p.integer(),
    /** True at least while a copy is behind: only such cards are looked through for one. */
    isBehind: p.boolean().hidden(),
    createdAt: instant(),
  },
});

export const CardCopy = defineEntity({
  name: 'CardCopy',
  indexes: [
    { properties: ['place', 'arrival'] },
    { name: 'card_copy_gone', properties: ['transport', 'place'], where: 'gone_code is not null' },
  ],
  uniques: [{ properties: ['cardId', 'place'] }],
  properties: {
    arrival: arrival().hidden(),
    id: p.text().unique(),
    cardId: p.text(),
    transport: p.text(),
    place: p.text(),
    personId: p.text().nullable(),
    sentVersion: p.integer(),
    messageRef: p.text().nullable(),
    failures: p.integer(),
    goneCode: p.text().nullable(),
    createdAt: instant(),
  },
});

/** A message of a copy on its way into a chat. */
export const PostNote = defineEntity({
  name: 'PostNote',
  properties: {
    copyId: p.text().primary(),
    replaces: p.text(),
    posts: p.integer(),
    begunAt: instant(),
  },
});

export const CardAction = defineEntity({
  name: 'CardAction',
  properties: {
    id: p.text().primary(),
    cardId: p.text(),
    personId: p.text(),
    verb: p.text(),
    args: json(),
    revision: p.integer(),
    /** Of all the above but the id: the same button is the same row. */
    fingerprint: p.text().unique().hidden(),
  },
});

/** A place where something could not be said. */
export const Destination = defineEntity({
  name: 'Destination',
  properties: {
    transport: p.text().primary(),
    place: p.text().primary(),
    failures: p.integer(),
    code: p.text(),
    failedAt: instant(),
    deadAt: instant().nullable(),
  },
});

export const Telling = defineEntity({
  name: 'Telling',
  indexes: [
    { properties: ['personId', 'outcome'] },
    { properties: ['requestId', 'outcome', 'personName', 'personId'] },
  ],
  properties: {
    requestId: p.text().primary(),
    personId: p.text().primary(),
    personName: p.text(),
    outcome: p.text(),
    code: p.text().nullable(),
    changedAt: instant(),
  },
});
