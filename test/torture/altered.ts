/**
 * Exchanges some of an object's methods and leaves the rest to it.
 *
 * Not a copy: a transaction has parts that are made when first asked for. Defined and not assigned, for the same reason.
 */
export function altered<T extends object>(base: T, changes: Partial<T>): T {
  return Object.create(base, Object.getOwnPropertyDescriptors(changes));
}
