/** Sums of variables, and rows of CPLEX's LP format made of them. */
export interface Sum {
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
}

export function toSum(
  terms: readonly (readonly [factor: number, name: string])[],
  constant = 0,
): Sum {
  const sums = new Map<string, number>();
  for (const [factor, name] of terms) sums.set(name, (sums.get(name) ?? 0) + factor);
  return { terms: sums, constant };
}

export function addUp(...sums: readonly Sum[]): Sum {
  const terms = sums.flatMap((sum) =>
    [...sum.terms].map(([name, factor]) => [factor, name] as const),
  );
  return toSum(
    terms,
    sums.reduce((total, { constant }) => total + constant, 0),
  );
}

export function times(factor: number, { terms, constant }: Sum): Sum {
  return toSum(
    [...terms].map(([name, by]) => [factor * by, name] as const),
    factor * constant,
  );
}

/** One variable a line: readers of the format limit the length of lines. */
export function write({ terms }: Sum): string {
  const parts = [...terms].filter(([, factor]) => factor !== 0);
  return parts
    .map(([name, factor]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`)
    .join('\n ');
}

/** `sum <= 0`; none for one without variables. */
export function atMostZero(sum: Sum): string[] {
  const text = write(sum);
  return text === '' ? [] : [` ${text} <= ${-sum.constant}`];
}

export function isZero(sum: Sum): string[] {
  const text = write(sum);
  return text === '' ? [] : [` ${text} = ${-sum.constant}`];
}
