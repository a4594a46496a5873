/** What platforms own as Drover knows it, how their connections fare, and what is kept free on them. */
import { defineEntity, p } from '@mikro-orm/core';
import { instant, json, wide } from './columns.ts';

export const EstateObject = defineEntity({
  name: 'EstateObject',
  indexes: [
    { properties: ['connectionId', 'kind', 'identity'] },
    { properties: ['connectionId', 'kind', 'handle'] },
  ],
  properties: {
    id: p.text().primary(),
    connectionId: p.text(),
    kind: p.text(),
    handle: p.text(),
    identity: p.text(),
    body: json(),
    ownerId: p.text().nullable(),
    isTwin: p.boolean(),
    gone: p.boolean(),
    changeSeq: wide().unique(),
    seenAt: instant(),
  },
});

export const ConnectionState = defineEntity({
  name: 'ConnectionState',
  properties: {
    id: p.text().primary(),
    identity: p.text().nullable(),
    product: p.text().nullable(),
    holdCode: p.text().nullable(),
    holdFacts: json().nullable(),
    holdSince: instant().nullable(),
    answeredAt: instant().nullable(),
    failingSince: instant().nullable(),
    errorCode: p.text().nullable(),
    errorFacts: json().nullable(),
    syncedAt: instant().nullable(),
  },
});

export const Reservation = defineEntity({
  name: 'Reservation',
  properties: {
    requestId: p.text().primary(),
    personId: p.text(),
    roleNames: json(),
    connectionId: p.text(),
    hostId: p.text(),
    datastoreId: p.text(),
    vms: p.integer(),
    cpus: p.integer(),
    memoryBytes: wide(),
    diskBytes: wide(),
  },
});
