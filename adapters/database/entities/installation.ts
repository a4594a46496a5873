/** The audit, small facts about the installation, pinned groups, and what the embedded work queue remembers. */
import { defineEntity, p } from '@mikro-orm/core';
import { arrival, instant, wide } from './columns.ts';

export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  indexes: [
    { name: 'audit_event_unsealed', properties: ['id'], where: { chainIndex: null } },
    { properties: ['requestId', 'id'] },
    { properties: ['jobId', 'id'] },
    { properties: ['event', 'id'] },
  ],
  properties: {
    id: arrival(),
    /** The bytes that are hashed. The columns below only find them. */
    body: p.text(),
    event: p.text().hidden(),
    requestId: p.text().nullable().hidden(),
    jobId: p.text().nullable().hidden(),
    chainIndex: p.integer().nullable().unique(),
    hash: p.text().nullable(),
  },
});

export const Mark = defineEntity({
  name: 'Mark',
  properties: { key: p.text().primary(), value: p.text() },
});

/** Series that rise by one transaction at a time: the row is the lock. */
export const Counter = defineEntity({
  name: 'Counter',
  properties: { name: p.text().primary(), value: wide() },
});

/** What the names of configured groups stood for when they were first read. */
export const GroupPin = defineEntity({
  name: 'GroupPin',
  properties: {
    source: p.text().primary(),
    name: p.text().primary(),
    groupId: p.text(),
    configKey: p.text(),
    pinnedAt: instant(),
  },
});

/** Used by the embedded queue alone; on PostgreSQL pg-boss keeps the wake-ups. */
export const WakeUp = defineEntity({
  name: 'WakeUp',
  indexes: [{ properties: ['topic', 'dueAt'] }],
  properties: {
    id: arrival(),
    topic: p.text(),
    key: p.text(),
    /** Milliseconds since 1970. */
    dueAt: wide(),
  },
});
