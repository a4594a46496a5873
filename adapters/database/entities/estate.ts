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
    vms: p.integer(),
    cpus: p.integer(),
    memoryBytes: wide(),
    diskBytes: wide(),
    places: json().default('[]'),
  },
});

/** How long moves took, as sums from which a line is drawn; older ones count less. */
export const MovePace = defineEntity({
  name: 'MovePace',
  properties: {
    connectionId: p.text().primary(),
    what: p.text().primary(),
    count: p.double(),
    sumGib: p.double(),
    sumSeconds: p.double(),
    sumGibGib: p.double(),
    sumGibSeconds: p.double(),
  },
});

/** What was told to operators of hosts and datastores. */
export const Noticed = defineEntity({
  name: 'Noticed',
  indexes: [
    { properties: ['objectId', 'code', 'toldAt'] },
    { properties: ['connectionId', 'code', 'endedAt'] },
  ],
  properties: {
    id: p.text().primary(),
    code: p.text(),
    objectId: p.text(),
    connectionId: p.text(),
    facts: json(),
    times: p.integer(),
    toldAt: instant(),
    since: instant(),
    endedAt: instant().nullable(),
    endCode: p.text().nullable(),
  },
});

/** VMs of a lost host that another host shows. */
export const NoticedVm = defineEntity({
  name: 'NoticedVm',
  indexes: [
    { name: 'noticed_vm_not_running', properties: ['vmId'], where: { isRunning: false } },
    { properties: ['noticedId', 'name', 'vmId'] },
  ],
  properties: {
    noticedId: p.text().primary(),
    vmId: p.text().primary(),
    name: p.text(),
    hostName: p.text(),
    isRunning: p.boolean(),
  },
});

/** Hosts that a job has marked, until another takes the mark away. */
export const HostMaintenance = defineEntity({
  name: 'HostMaintenance',
  properties: {
    hostId: p.text().primary(),
    connectionId: p.text(),
    jobId: p.text(),
    markedAt: instant(),
  },
});

/** VMs that a job has taken into maintenance, until another has brought them back. */
export const VmMaintenance = defineEntity({
  name: 'VmMaintenance',
  properties: {
    vmId: p.text().primary(),
    connectionId: p.text(),
    jobId: p.text(),
    isOffNetwork: p.boolean(),
    isSaved: p.boolean(),
    was: json(),
    beganAt: instant(),
  },
});
