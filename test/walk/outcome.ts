/** What a walk came to: where it was played, and how the platform differs from what was wished. */
export interface Outcome {
  readonly where: string;
  /** Empty when all is as wished. */
  readonly differences: readonly string[];
}

export function isDifferent({ differences }: Outcome): boolean {
  return differences.length > 0;
}

/** A line for each wish that the platform does not show. */
export function compare(
  wished: Readonly<Record<string, unknown>>,
  shown: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(wished).flatMap(([key, wish]) => {
    const is = JSON.stringify(shown[key]);
    return is === JSON.stringify(wish)
      ? []
      : [`${key} is ${is}, wished was ${JSON.stringify(wish)}`];
  });
}
