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

/** What of a transaction is no table, and made with it. */
type Own = 'now' | 'nextNumber' | 'lock' | 'enqueue' | 'afterCommit' | 'native';

export const createReads = makeWhenAsked<Scope, Omit<ApprovalReads, 'now'>>({
  inbox: createInboxReads,
  cards: createCardReads,
  jobs: createJobReads,
  jobTries: createJobTryReads,
  plans: createPlanReads,
  estate: createEstateReads,
  connections: createConnectionStateReads,
  reservations: createReservationReads,
  hostMaintenance: createHostMaintenanceReads,
  vmMaintenance: createVmMaintenanceReads,
  movePace: createMovePaceReads,
  noticed: createNoticedReads,
  requests: createRequestReads,
  links: createLinkReads,
  chatPlaces: createChatPlaceReads,
  groupPins: createGroupPinReads,
  postNotes: createPostNoteReads,
  destinations: createDestinationReads,
  tellings: createTellingReads,
  audit: createAuditReads,
  findMark: (scope) => createMarkReads(scope).findMark,
});

export const createTables = makeWhenAsked<TxScope, Omit<ApprovalTx, Own>>({
  inbox: createInboxTable,
  cards: createCardTable,
  jobs: createJobTable,
  jobTries: createJobTryTable,
  plans: createPlanTable,
  estate: createEstateTable,
  connections: createConnectionStateTable,
  reservations: createReservationTable,
  hostMaintenance: createHostMaintenanceTable,
  vmMaintenance: createVmMaintenanceTable,
  movePace: createMovePaceTable,
  noticed: createNoticedTable,
  requests: createRequestTable,
  links: createLinkTable,
  chatPlaces: createChatPlaceTable,
  groupPins: createGroupPinTable,
  postNotes: createPostNoteTable,
  destinations: createDestinationTable,
  tellings: createTellingTable,
  audit: createAuditTable,
  findMark: (scope) => createMarkTable(scope).findMark,
  setMark: (scope) => createMarkTable(scope).setMark,
});

type Makers<Of, Tables> = { readonly [Name in keyof Tables]: (scope: Of) => Tables[Name] };

const SCOPE = Symbol('scope');

/** Each of them once, when it is first asked for: most transactions use two or three. */
function makeWhenAsked<Of, Tables extends object>(
  makers: Makers<Of, Tables>,
): (scope: Of) => Tables {
  const shape = {} as Tables & { readonly [SCOPE]: Of };
  for (const name of Object.keys(makers) as (keyof Tables)[]) {
    Object.defineProperty(shape, name, {
      enumerable: true,
      get(this: typeof shape) {
        const value = makers[name](this[SCOPE]);
        Object.defineProperty(this, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return (scope) => Object.create(shape, { [SCOPE]: { value: scope } });
}
