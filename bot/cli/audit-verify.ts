/**
 * `drover audit verify`: proves the audit to whoever runs it, beside a running Drover or without one.
 *
 * Reads only. Exit codes: 0 valid, 1 faults, 2 cannot be read.
 */
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { AuditFault } from '#core/audit/audit-fault.ts';
import type { ReadAudit } from '#core/audit/sealed-events.ts';
import { type AuditProof, verifyChain } from '#core/audit/verify-chain.ts';
import { OperationError } from '#core/errors.ts';
import type { Anchor, AnchorReading } from '#core/ports/anchor.ts';
import { ERROR_WORDS } from '../words/en/error-words.ts';
import { plural, toCount } from '../words/units.ts';

export interface AuditVerifyOptions {
  readonly readAudit: ReadAudit;
  readonly anchor: Pick<Anchor, 'readAll'>;
  readonly stdout: Writable;
}

const FAULTS_SHOWN = 100;

/** Resolves with the exit code. */
export async function verifyAudit({
  readAudit,
  anchor,
  stdout,
}: AuditVerifyOptions): Promise<number> {
  const write = (line: string) => stdout.write(`${line}\n`);
  try {
    // The anchor first: a head that is kept meanwhile would seem cut off.
    const reading = await anchor.readAll();
    const proof = await readAudit((events) =>
      verifyChain(events, reading.heads, () => setImmediate()),
    );
    for (const line of toLines(proof, reading)) write(line);
    return countFaults(proof, reading) === 0 ? 0 : 1;
  } catch (error) {
    write(auditWords.unreadable(error));
    return 2;
  }
}

function toLines(proof: AuditProof, reading: AnchorReading): string[] {
  const count = countFaults(proof, reading);
  const shown = proof.faults.slice(0, FAULTS_SHOWN);
  const more = proof.faults.length - shown.length + proof.moreFaults;
  return [
    auditWords.summary(proof, count),
    ...shown.map((fault) => auditWords.faults[fault.fault](fault as never)),
    ...(more > 0 ? [auditWords.more(more)] : []),
    ...reading.strangeLines.slice(0, FAULTS_SHOWN).map(auditWords.strangeLine),
    ...reading.tornLines.slice(0, FAULTS_SHOWN).map(auditWords.tornLine),
    ...(proof.anchorsAccepted > 0 ? [auditWords.accepted(proof.anchorsAccepted)] : []),
  ];
}

function countFaults({ faults, moreFaults }: AuditProof, { strangeLines }: AnchorReading): number {
  return faults.length + moreFaults + strangeLines.length;
}

type FaultWords = {
  readonly [Name in AuditFault['fault']]: (fault: Extract<AuditFault, { fault: Name }>) => string;
};

const event = (index: number) => `event ${toCount(index)}`;
const span = (from: number, last: number) =>
  from === last ? event(from) : `events ${toCount(from)} to ${toCount(last)}`;

const faults: FaultWords = {
  row_changed: ({ chainIndex, last, id }) =>
    chainIndex === last
      ? `${event(chainIndex)} (row ${id}): changed since it was sealed, or the one before it was changed and sealed anew.`
      : `${span(chainIndex, last)} (from row ${id}): none is what was sealed there; a row was inserted or removed at ${event(chainIndex)}, or all were changed.`,
  row_moved: ({ chainIndex, id, belongsAt }) =>
    `${event(chainIndex)} (row ${id}): in the wrong place; it was sealed as ${event(belongsAt)}.`,
  rows_missing: ({ chainIndex, last }) =>
    `${span(chainIndex, last)}: removed; nothing proves ${event(last + 1)} any more.`,
  row_inserted: ({ chainIndex, id }) =>
    `row ${id}: inserted; it calls itself event ${chainIndex}, which is no place in the chain or another row's.`,
  columns_differ: ({ chainIndex, id }) =>
    `${event(chainIndex)} (row ${id}): whole, but filed under another event, request or job than it tells of.`,
  rows_hidden: ({ chainIndex, count }) =>
    `after ${event(chainIndex)}: ${plural(count, 'sealed row')} without a place in the chain; inserted.`,
  tail_cut: ({ chainIndex, anchored, at }) =>
    `after ${event(chainIndex)}: cut off; ${event(anchored)} was there at ${at.toISOString()}. An older copy that was put back looks the same.`,
  anchor_differs: ({ chainIndex, at }) =>
    `${event(chainIndex)}: not the one that was anchored at ${at.toISOString()}; it or some before it were written anew with their hashes, or the anchor was changed.`,
};

const auditWords = {
  faults,
  summary({ head, unsealed, anchorsAgree }: AuditProof, faultCount: number): string {
    const parts = [
      plural(head?.chainIndex ?? 0, 'event'),
      faultCount === 0 ? 'chain valid' : `NOT valid: ${plural(faultCount, 'fault')}`,
      anchorsAgree === 0 ? 'no anchor' : plural(anchorsAgree, 'anchor agrees', 'anchors agree'),
      ...(unsealed > 0 ? [`${toCount(unsealed)} not sealed yet`] : []),
      ...(head ? [`head ${head.hash.slice(0, 12)}…`] : []),
    ];
    return `audit: ${parts.join(', ')}`;
  },
  more: (count: number) => `and ${plural(count, 'more fault')}.`,
  strangeLine: (line: number) => `anchor line ${line}: not written by Drover.`,
  tornLine: (line: number) =>
    `note: anchor line ${line} was cut off while it was written; the others count.`,
  accepted: (count: number) =>
    `note: ${plural(count, 'anchor')} of a past that an operator gave up when the database was put back.`,
  unreadable: (error: unknown) => `audit: cannot be read: ${toReason(error)}`,
} as const;

function toReason(error: unknown): string {
  if (error instanceof OperationError) {
    return ERROR_WORDS[error.code](error.facts);
  }
  if (!(error instanceof Error)) return String(error);
  // Of several addresses that were tried, the error itself has no words.
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}
