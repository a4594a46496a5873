import type { TimelineGroup } from '#bot/cards/card.ts';
import type { Timeline } from '#bot/pictures/limit-timeline.ts';

/** A plan that nobody made: so many VMs, one after the other. */
export function toTimeline(rows: number, more: Partial<Timeline> = {}): Timeline {
  const bar = (at: number) =>
    ({ fromMs: at * 30_000, toMs: (at + 2) * 30_000, tone: 'busy' }) as const;
  const toRow = (at: number): TimelineGroup['rows'][number] => ({
    label: `web-${at}`,
    bars: [bar(at)],
  });
  return {
    block: 'timeline',
    title: 'If hv-03 were emptied now',
    alt: `${rows} VMs leave hv-03`,
    endMs: (rows + 1) * 30_000,
    groups: [{ title: 'hv-03 → hv-05', rows: Array.from({ length: rows }, (_, at) => toRow(at)) }],
    ...more,
  };
}
