/** All tables of one reading or one transaction. */
import type { ApprovalReads, ApprovalTx } from '#approvals/request-store.ts';
import type { Scope, TxScope } from '../scope.ts';
import { createAuditReads, createAuditTable } from './audit-table.ts';
import { createCardReads } from './card-reads.ts';
import { createCardTable } from './card-table.ts';
import { createChatPlaceReads, createChatPlaceTable } from './chat-place-table.ts';
import {
  createConnectionStateReads,
  createConnectionStateTable,
} from './connection-state-table.ts';
import { createDestinationReads, createDestinationTable } from './destination-table.ts';
import { createEstateReads, createEstateTable } from './estate-table.ts';
import { createGroupPinReads, createGroupPinTable } from './group-pin-table.ts';
import {
  createHostMaintenanceReads,
  createHostMaintenanceTable,
} from './host-maintenance-table.ts';
import { createInboxReads, createInboxTable } from './inbox-table.ts';
import { createJobReads } from './job-reads.ts';
import { createJobTable } from './job-table.ts';
import { createJobTryReads, createJobTryTable } from './job-try-table.ts';
import { createLinkReads, createLinkTable } from './link-table.ts';
import { createMarkReads, createMarkTable } from './mark-table.ts';
import { createMovePaceReads, createMovePaceTable } from './move-pace-table.ts';
import { createNoticedReads, createNoticedTable } from './noticed-table.ts';
import { createPlanReads, createPlanTable } from './plan-table.ts';
import { createPostNoteReads, createPostNoteTable } from './post-note-table.ts';
import { createRequestReads, createRequestTable } from './request-table.ts';
import { createReservationReads, createReservationTable } from './reservation-table.ts';
import { createTellingReads, createTellingTable } from './telling-table.ts';
import { createVmMaintenanceReads, createVmMaintenanceTable } from './vm-maintenance-table.ts';

export function createReads(scope: Scope): Omit<ApprovalReads, 'now'> {
  const { findMark } = createMarkReads(scope);
  return makeWhenAsked({
    inbox: () => createInboxReads(scope),
    cards: () => createCardReads(scope),
    jobs: () => createJobReads(scope),
    jobTries: () => createJobTryReads(scope),
    plans: () => createPlanReads(scope),
    estate: () => createEstateReads(scope),
    connections: () => createConnectionStateReads(scope),
    reservations: () => createReservationReads(scope),
    hostMaintenance: () => createHostMaintenanceReads(scope),
    vmMaintenance: () => createVmMaintenanceReads(scope),
    movePace: () => createMovePaceReads(scope),
    noticed: () => createNoticedReads(scope),
    requests: () => createRequestReads(scope),
    links: () => createLinkReads(scope),
    chatPlaces: () => createChatPlaceReads(scope),
    groupPins: () => createGroupPinReads(scope),
    postNotes: () => createPostNoteReads(scope),
    destinations: () => createDestinationReads(scope),
    tellings: () => createTellingReads(scope),
    audit: () => createAuditReads(scope),
    findMark: () => findMark,
  });
}

/** What of a transaction is no table. */
export type Own = 'now' | 'nextNumber' | 'lock' | 'enqueue' | 'afterCommit' | 'native';

export function createTables(scope: TxScope): Omit<ApprovalTx, Own> {
  const { findMark, setMark } = createMarkTable(scope);
  return makeWhenAsked({
    inbox: () => createInboxTable(scope),
    cards: () => createCardTable(scope),
    jobs: () => createJobTable(scope),
    jobTries: () => createJobTryTable(scope),
    plans: () => createPlanTable(scope),
    estate: () => createEstateTable(scope),
    connections: () => createConnectionStateTable(scope),
    reservations: () => createReservationTable(scope),
    hostMaintenance: () => createHostMaintenanceTable(scope),
    vmMaintenance: () => createVmMaintenanceTable(scope),
    movePace: () => createMovePaceTable(scope),
    noticed: () => createNoticedTable(scope),
    requests: () => createRequestTable(scope),
    links: () => createLinkTable(scope),
    chatPlaces: () => createChatPlaceTable(scope),
    groupPins: () => createGroupPinTable(scope),
    postNotes: () => createPostNoteTable(scope),
    destinations: () => createDestinationTable(scope),
    tellings: () => createTellingTable(scope),
    audit: () => createAuditTable(scope),
    findMark: () => findMark,
    setMark: () => setMark,
  });
}

type Makers<Tables> = { readonly [Name in keyof Tables]: () => Tables[Name] };

/** Each of them once, when it is first asked for: most transactions use two or three. */
function makeWhenAsked<Tables extends object>(makers: Makers<Tables>): Tables {
  const tables = {} as Tables;
  for (const name of Object.keys(makers) as (keyof Tables)[]) {
    const keep = (value: Tables[keyof Tables]) => {
      Object.defineProperty(tables, name, { value, enumerable: true });
      return value;
    };
    const get = () => keep(makers[name]());
    Object.defineProperty(tables, name, { get, enumerable: true, configurable: true });
  }
  return tables;
}
