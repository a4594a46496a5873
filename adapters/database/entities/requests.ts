/** Requests and the votes on them. */
import { defineEntity, p } from '@mikro-orm/core';
import { arrival, instant, json } from './columns.ts';

export const Request = defineEntity({
  name: 'Request',
  indexes: [{ properties: ['state', 'number'] }, { properties: ['requesterId', 'number'] }],
  properties: {
    id: p.text().primary(),
    number: p.integer().unique(),
    operation: p.text(),
    input: json(),
    planId: p.text(),
    revision: p.integer(),
    requesterId: p.text(),
    requesterName: p.text(),
    reason: p.text().nullable(),
    state: p.text(),
    stages: json(),
    cameBack: json().nullable(),
    place: p.text(),
    createdAt: instant(),
    expiresAt: instant(),
    decidedAt: instant().nullable(),
    code: p.text().nullable(),
    facts: json().nullable(),
  },
});

export const Vote = defineEntity({
  name: 'Vote',
  uniques: [{ properties: ['requestId', 'revision', 'personId'] }],
  properties: {
    arrival: arrival().hidden(),
    requestId: p.text(),
    revision: p.integer(),
    personId: p.text(),
    personName: p.text(),
    word: p.text(),
    reason: p.text().nullable(),
    via: p.text(),
    votedAt: instant(),
    voidCode: p.text().nullable(),
  },
});
