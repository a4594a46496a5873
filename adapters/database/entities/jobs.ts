/** Plans, and the jobs and steps that carry them out. */
import { defineEntity, p } from '@mikro-orm/core';
import { instant, json } from './columns.ts';

export const Plan = defineEntity({
  name: 'Plan',
  properties: { id: p.text().primary(), hash: p.text(), plan: json() },
});

export const Job = defineEntity({
  name: 'Job',
  indexes: [
    { properties: ['requestId'] },
    { properties: ['state', 'number'] },
    { properties: ['requesterId', 'number'] },
  ],
  properties: {
    id: p.text().primary(),
    number: p.integer().unique(),
    requestId: p.text(),
    planId: p.text(),
    operation: p.text(),
    requesterId: p.text(),
    requesterName: p.text(),
    state: p.text(),
    cancelAskedAt: instant().nullable(),
    cancelAskedBy: p.text().nullable(),
    code: p.text().nullable(),
    facts: json().nullable(),
    createdAt: instant(),
    startedAt: instant().nullable(),
    endedAt: instant().nullable(),
    targetIds: json(),
  },
});

/** Which jobs change which objects: `Job.targetIds` turned round, to be found by target. */
export const JobTarget = defineEntity({
  name: 'JobTarget',
  properties: { targetId: p.text().primary(), jobId: p.text().primary() },
});

export const Step = defineEntity({
  name: 'Step',
  indexes: [
    { properties: ['jobId', 'position'] },
    // No index holds the state of every step: PostgreSQL would look there for rows that are asked for by id.
    {
      name: 'step_waiting',
      properties: ['waitingSince', 'position', 'id'],
      where: { state: 'waiting' },
    },
    { name: 'step_done', properties: ['kind', 'endedAt'], where: { state: 'done' } },
    { name: 'step_permits_held', properties: ['id'], where: { permitsHeld: true } },
  ],
  properties: {
    id: p.text().primary(),
    jobId: p.text(),
    key: p.text(),
    position: p.integer(),
    kind: p.text(),
    version: p.integer(),
    input: json(),
    after: json(),
    begins: p.text().default('when_done'),
    choice: p.text().nullable(),
    permits: json(),
    requesterId: p.text(),
    state: p.text(),
    permitsHeld: p.boolean(),
    waitingSince: instant().nullable(),
    epoch: p.integer(),
    guardedAt: instant().nullable(),
    task: p.text().nullable(),
    sentAt: instant().nullable(),
    tries: p.integer(),
    looks: p.integer(),
    code: p.text().nullable(),
    facts: json().nullable(),
    percent: p.integer().nullable(),
    startedAt: instant().nullable(),
    endedAt: instant().nullable(),
    carrier: p.text().nullable(),
  },
});

/** How a job had ended before it was retried. */
export const JobTry = defineEntity({
  name: 'JobTry',
  properties: {
    jobId: p.text().primary(),
    number: p.integer().primary(),
    state: p.text(),
    code: p.text().nullable(),
    facts: json().nullable(),
    endedAt: instant(),
    steps: json(),
    fromStep: p.integer(),
    retriedById: p.text(),
    retriedBy: p.text(),
    retriedAt: instant(),
    reason: p.text().nullable(),
  },
});

export const Gate = defineEntity({
  name: 'Gate',
  indexes: [
    { properties: ['jobId'] },
    { name: 'gate_open', properties: ['askedAt', 'id'], where: { answer: null } },
  ],
  properties: {
    id: p.text().primary(),
    jobId: p.text(),
    stepId: p.text(),
    code: p.text(),
    choices: json(),
    askedAt: instant(),
    until: instant().nullable(),
    answer: p.text().nullable(),
    answeredBy: p.text().nullable(),
    answeredAt: instant().nullable(),
  },
});
