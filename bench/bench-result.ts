/** The last line of every benchmark. */
export interface BenchResult {
  readonly bench: string;
  /** Milliseconds unless the benchmark says otherwise in `details`. */
  readonly ours: number;
  /** `null`: there is no peer, only a goal. */
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly goal: number;
  readonly ok: boolean;
  readonly details: Readonly<Record<string, number | string>>;
}

/** The value below which this share lies. */
export function toPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1);
  return Number((sorted[Math.max(0, at)] ?? 0).toFixed(2));
}

export function toMedian(values: readonly number[]): number {
  return toPercentile(values, 0.5);
}
