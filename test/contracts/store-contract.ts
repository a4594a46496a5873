/**
 * What every store keeps to: SQLite on one machine, PostgreSQL for several processes.
 *
 * Each test has a database of its own, which stays when the test fails (as long as its server does).
 */
import { describe } from 'node:test';
import type { ApprovalStore } from '#approvals/request-store.ts';
import type { WakeUp } from '#core/ports/work-queue.ts';
import { describeAudit } from './store-audit.ts';
import { describeConversation } from './store-conversation.ts';
import { describeEstate } from './store-estate.ts';
import { describeGroupPins } from './store-group-pins.ts';
import { describeJobTries } from './store-job-tries.ts';
import { describeJobs } from './store-jobs.ts';
import { describeLinks } from './store-links.ts';
import { describeNoticed } from './store-noticed.ts';
import { describePostNotes } from './store-post-notes.ts';
import { describeRequests } from './store-requests.ts';
import { describeSteps } from './store-steps.ts';
import { describeTellings } from './store-tellings.ts';
import { describeUnitOfWork } from './store-unit-of-work.ts';
import { describeVmMaintenance } from './store-vm-maintenance.ts';

export interface ContractStore {
  readonly store: ApprovalStore;
  /** What the store gave to its work queue; a queue of its own would keep them in the same transaction. */
  readonly enqueued: readonly WakeUp[];
  close(): Promise<void>;
  /** Deletes the database, after `close`. */
  remove(): Promise<void>;
}

export type OpenContractStore = () => Promise<ContractStore>;

export function describeStore(name: string, open: OpenContractStore): void {
  describe(`store on ${name}`, () => {
    describeUnitOfWork(open);
    describeConversation(open);
    describePostNotes(open);
    describeJobs(open);
    describeSteps(open);
    describeJobTries(open);
    describeRequests(open);
    describeEstate(open);
    describeNoticed(open);
    describeLinks(open);
    describeGroupPins(open);
    describeTellings(open);
    describeVmMaintenance(open);
    describeAudit(open);
  });
}
