import type { ObjectContent } from '../schema.ts';

/** The platform's words on what it does not show of an object; `undefined` when it shows all that was asked for. */
export function toUnreadable(
  { missingSet = [] }: ObjectContent,
  oddPaths: readonly string[],
): string | undefined {
  const missing = missingSet.map(({ path, fault }) => {
    const words = fault?.localizedMessage || fault?.fault?._type;
    return [path, words].filter(Boolean).join(': ');
  });
  const all = [...missing, ...oddPaths];
  return all.length > 0 ? all.join('; ') : undefined;
}
