const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** The two types that an element of vim25 may carry: its own (`xsi:type`), and that of the object it refers to (`type`). */
export interface TypeAttributes {
  add(name: string, value: string): void;
  /** Found by its namespace: the server chooses the prefix, and vcsim declares one on every element. */
  findNamed(): string | undefined;
  findReferenced(): string | undefined;
  /** Before the next element; prefixes stay known. */
  clear(): void;
}

export function createTypeAttributes(): TypeAttributes {
  const prefixes = new Set<string>();
  let named: string | undefined;
  let prefix = '';
  let referenced: string | undefined;
  return {
    add: (name, value) => {
      if (name === 'type') referenced = value;
      else if (value === XSI) prefixes.add(name.slice('xmlns:'.length));
      else if (name.endsWith(':type')) {
        prefix = name.slice(0, -':type'.length);
        named = value;
      }
    },
    findNamed: () => {
      return named !== undefined && prefixes.has(prefix) ? toLocal(named) : undefined;
    },
    findReferenced: () => referenced,
    clear: () => {
      named = undefined;
      referenced = undefined;
    },
  };
}

/** A name without its prefix. */
export function toLocal(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
