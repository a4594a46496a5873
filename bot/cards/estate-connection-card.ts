/** The connections: one line each, and one of them with all that is known of how it stands. */
import type { Connection } from '#core/ports/connection.ts';
import { CANNOT_WORDS, NOT_KNOWN } from '../words/en/view-words.ts';
import { plural, toDuration, toTime } from '../words/units.ts';
import type { Block } from './card.ts';
import type { Draft } from './draft.ts';
import { type ConnectionFacts, toStateWord, toTroubleWords } from './estate-connection-words.ts';

export interface KindCount {
  readonly count: number;
  readonly unreadable: number;
}

export interface ConnectionRow {
  readonly facts: ConnectionFacts;
  readonly connection: Connection | undefined;
  /** Counted of what the reader may see, as last seen. */
  readonly counts: ReadonlyMap<string, KindCount>;
}

interface When {
  readonly now: Date;
  readonly timeZone: string;
}

export function connectionListCard(rows: readonly ConnectionRow[], when: When): Draft {
  const troubles = rows.flatMap(
    ({ facts }) => toTroubleWords(facts, when.now, when.timeZone) ?? [],
  );
  const title = rows.length === 0 ? 'No connection found' : 'Connections';
  const columns = ['Connection', 'State', 'Platform', 'VMs', 'Last answer'].map((name) => ({
    title: name,
    ...(name === 'VMs' ? { align: 'right' as const } : {}),
  }));
  return {
    ...{ title, summary: rows.length === 0 ? title : plural(rows.length, 'connection') },
    tone: troubles.length > 0 ? 'warning' : 'neutral',
    body: [
      ...troubles.map((text): Block => ({ block: 'text', text, weight: 'strong' })),
      ...(rows.length > 0
        ? [{ block: 'table', columns, rows: rows.map((row) => toRow(row, when)) } as const]
        : []),
    ],
    actions: [],
  };
}

function toRow({ facts, connection, counts }: ConnectionRow, { now }: When): string[] {
  const { answeredAt } = facts.state ?? {};
  return [
    facts.id,
    toStateWord(facts),
    toProduct(facts, connection),
    facts.state?.syncedAt ? String(counts.get('VM')?.count ?? 0) : NOT_KNOWN,
    answeredAt ? `${toDuration(Math.max(0, now.getTime() - answeredAt.getTime()))} ago` : 'never',
  ];
}

function toProduct({ state }: ConnectionFacts, connection: Connection | undefined): string {
  const product = state?.product ?? connection?.kind ?? NOT_KNOWN;
  return connection?.isSimulated ? `${product} (simulated)` : product;
}

export function connectionCard(row: ConnectionRow, when: When): Draft {
  const { facts, connection } = row;
  const trouble = toTroubleWords(facts, when.now, when.timeZone);
  const state = toStateWord(facts);
  const cannot = toCannot(connection);
  return {
    ...{ title: `Connection ${facts.id}`, state, tone: trouble ? 'warning' : 'good' },
    summary: `Connection ${facts.id}: ${state}`,
    body: [
      ...(trouble ? [{ block: 'text', text: trouble, weight: 'strong' } as const] : []),
      ...(cannot ? [{ block: 'text', text: cannot } as const] : []),
      { block: 'fields', fields: toFields(row, when) },
    ],
    actions: [],
    details: [
      {
        block: 'fields',
        fields: [
          { label: 'Identity', value: facts.state?.identity ?? NOT_KNOWN },
          ...toHoldFields(facts),
        ],
      },
    ],
  };
}

/** What this platform cannot do for Drover, said before somebody needs it (H12). */
function toCannot(connection: Connection | undefined): string | undefined {
  if (!connection) return undefined;
  const missing = [
    ...(connection.power ? [] : [CANNOT_WORDS.power]),
    ...(connection.power && !connection.power.save ? [CANNOT_WORDS.save] : []),
    ...(connection.power && !connection.power.pause ? [CANNOT_WORDS.pause] : []),
    ...(connection.provisioning ? [] : [CANNOT_WORDS.provisioning]),
    ...(connection.hardware ? [] : [CANNOT_WORDS.hardware]),
  ];
  return missing.length === 0 ? undefined : `It cannot ${missing.join(', nor ')}.`;
}

function toFields(
  { facts, connection, counts }: ConnectionRow,
  { now, timeZone }: When,
): { label: string; value: string }[] {
  const time = (at: Date | null | undefined) => (at ? toTime(at, now, timeZone) : 'never');
  return [
    { label: 'Platform', value: toProduct(facts, connection) },
    { label: 'Last answer', value: time(facts.state?.answeredAt) },
    { label: 'Last read whole', value: time(facts.state?.syncedAt) },
    { label: 'Holds', value: facts.state?.syncedAt ? toCountWords(counts) : NOT_KNOWN },
  ];
}

/** `1,000 hosts, 25,000 VMs (3 cannot be read)`. */
function toCountWords(counts: ConnectionRow['counts']): string {
  const words = [...counts].map(([kind, { count, unreadable }]) => {
    const broken = unreadable > 0 ? ` (${unreadable} cannot be read)` : '';
    return `${plural(count, kind)}${broken}`;
  });
  return words.join(', ') || 'nothing that you may see';
}

/** What was found when it was put on hold: whose identity, or which objects vanished. */
function toHoldFields({ state }: ConnectionFacts): { label: string; value: string }[] {
  if (!state?.holdCode || state.holdFacts === null || typeof state.holdFacts !== 'object')
    return [];
  return Object.entries(state.holdFacts).map(([label, value]) => ({
    label,
    value: Array.isArray(value) ? value.join(', ') : String(value),
  }));
}
