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
  /** Few names, each on thousands of objects: one string for all of them, and none that is a piece of the answer. */
  const names = new Map<string, string>();
  let named: string | undefined;
  let namedBy = '';
  let referenced: string | undefined;
  const toName = (type: string): string => {
    const known = names.get(type);
    if (known !== undefined) return known;
    const own = toOwnText(type);
    names.set(own, own);
    return own;
  };
  return {
    add: (name, value) => {
      if (name === 'type') referenced = value;
      else if (value === XSI) prefixes.add(name.slice('xmlns:'.length));
      else if (name.endsWith(':type')) {
        namedBy = name;
        named = value;
      }
    },
    findNamed: () => {
      if (named === undefined || !prefixes.has(namedBy.slice(0, -':type'.length))) return undefined;
      return toName(toLocal(named));
    },
    findReferenced: () => (referenced === undefined ? undefined : toName(referenced)),
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

/** A piece of a string keeps the whole string in memory: what is kept of an answer must not keep the answer. */
export function toOwnText(text: string): string {
  return text.length > 12 ? ` ${text}`.slice(1) : text;
}
