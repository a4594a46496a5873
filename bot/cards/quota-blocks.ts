/** What a change takes of its quotas: on the card the tightest limit of each, under Details all of them. */
import type { QuotaLine } from '#core/rights/quota-line.ts';
import { toQuotaWords, toTakenWords } from '../words/en/rights-words.ts';
import type { Block } from './card.ts';

type Lines = readonly QuotaLine[];

/** `web-team 62 → 66 of 80 vCPU · Ann Berg 3 → 4 of 10 VMs`; `whose`: how the card calls the one who asks. */
export function quotaFields(lines: Lines, whose: string): { label: string; value: string }[] {
  if (lines.length === 0) return [];
  const tightest = Object.values(groupByHolder(lines)).map((own) => own?.toSorted(byRoom)[0]);
  const words = tightest.flatMap((line) => (line ? [toQuotaWords(line, whose)] : []));
  return [{ label: 'Quota', value: words.join(' · ') }];
}

export function quotaBlocks(lines: Lines, whose: string): Block[] {
  if (lines.length === 0) return [];
  const columns = ['Quota', 'Taken'].map((title) => ({ title }));
  const rows = lines.map((line) => [line.of === 'member' ? whose : line.role, toTakenWords(line)]);
  return [{ block: 'table', columns, rows }];
}

function groupByHolder(lines: Lines): Partial<Record<string, QuotaLine[]>> {
  return Object.groupBy(lines, ({ role, of }) => `${of} ${role}`);
}

/** The one with least room left comes first. */
function byRoom(one: QuotaLine, other: QuotaLine): number {
  return toShare(other) - toShare(one);
}

function toShare({ used, wanted, limit }: QuotaLine): number {
  return (used + wanted) / Math.max(1, limit);
}
