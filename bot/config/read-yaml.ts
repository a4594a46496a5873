/** YAML with the line of every value, so that a fault and an explanation can point at it. */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type visitorFn,
} from 'yaml';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import { type ConfigFault, ConfigRefused } from './config-fault.ts';
import { isShownKey } from './shown-key.ts';
import { toYamlFaults } from './yaml-faults.ts';

export interface YamlFile {
  /** As people know it: `drover.yaml`. */
  readonly name: string;
  readonly text: string;
}

type Path = readonly (string | number)[];

export interface Yaml {
  readonly value: unknown;
  /** From 1; that of the nearest value above when the path itself is not there. */
  readonly lineOf: (path: Path) => number;
  readonly faults: readonly ConfigFault[];
  /** Whether the text of it was read whole: what stands behind a fault of the YAML may be anything. */
  readonly isRead: (path: Path) => boolean;
}

/** @throws ConfigRefused when nothing can be read of it */
export function readYaml({ name, text }: YamlFile): Yaml {
  const lines = new LineCounter();
  // Its warnings quote the text, and so whatever secret stands in it.
  const options = { lineCounter: lines, uniqueKeys: false, logLevel: 'error' } as const;
  const document = parseDocument(text, options);
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const broken = toYamlFaults(document.errors, text, lineAt);
  const brokenFrom = Math.min(
    ...document.errors.map(({ pos: [offset] }) => offset),
    // The line that is to be mended may stand before what the parser complains of.
    ...broken.map(({ line = 1 }) => lines.lineStarts[line - 1] ?? 0),
  );
  const odd = listOdd(document).filter(({ node }) => (node.range?.[0] ?? 0) < brokenFrom);
  const holes = new Set(odd.flatMap(({ isHole, path }) => (isHole ? [JSON.stringify(path)] : [])));

  function isRead(path: Path): boolean {
    if (holes.has(JSON.stringify(path))) return false;
    if (broken.length === 0) return true;
    const [section] = path;
    const node = section === undefined ? undefined : document.getIn([section], true);
    if (!isNode(node) || (node.range?.[2] ?? brokenFrom) >= brokenFrom) return false;
    // What ends with the text before the fault may go on behind it, unless a bracket closes it.
    return !isLast(node) || (isCollection(node) && node.flow === true);
  }

  function isLast(node: Node): boolean {
    const read = isMap(document.contents) ? document.contents.items : [];
    const before = read.filter(
      ({ key }) => isNode(key) && (key.range?.[0] ?? brokenFrom) < brokenFrom,
    );
    return before.at(-1)?.value === node;
  }

  function lineOf(path: Path): number {
    const line = keyLine(path);
    if (line !== undefined) return line;
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  }

  /** Where a value begins on a line of its own, people look for its key. */
  function keyLine(path: Path): number | undefined {
    const above = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (!isMap(above)) return undefined;
    const pair = above.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    return isNode(pair?.key) && pair.key.range ? lineAt(pair.key.range[0]) : undefined;
  }

  const faults: ConfigFault[] = [
    ...broken,
    ...odd.map(({ node: { range }, path, message }) => {
      return { path, message, line: range ? lineAt(range[0]) : undefined };
    }),
  ];
  return { value: toValue(document, name, faults) ?? {}, lineOf, faults, isRead };
}

interface OddNode extends ConfigFault {
  readonly node: Node;
  /** Nothing stands there any more. */
  readonly isHole?: boolean;
}

/**
 * Keys that stand twice, aliases of nothing, and those without an end: `a: &a [*a]`, and whoever walks through it comes
 * to none. Aliases that lead nowhere are taken out, so that the rest can be read.
 */
function listOdd(document: Document.Parsed): OddNode[] {
  const found: OddNode[] = [];
  visit(document, {
    Alias(key, alias, above) {
      const target = alias.resolve(document);
      if (target !== undefined && !above.includes(target)) return undefined;
      const { aliasOfNothing, aliasLoop } = CONFIG_WORDS;
      const message = target === undefined ? aliasOfNothing : aliasLoop;
      found.push({ node: alias, path: pathOf(key, above), message, isHole: true });
      return new Scalar(null);
    },
    Map(place, map, above) {
      const keys = map.items.map(({ key }) => (isScalar(key) ? key.value : key));
      for (const [at, { key }] of map.items.entries()) {
        if (keys.indexOf(keys[at]) === at || !isScalar(key)) continue;
        const [section, name] = [pathOf(place, above), String(key.value)];
        const shown = isShownKey(name, section.at(-1)) ? name : undefined;
        found.push({
          ...{ node: key, path: [...section, name], message: CONFIG_WORDS.twiceKey(shown) },
        });
      }
      // The last one is what is read on: lines must be its own.
      map.items = map.items.filter((_pair, at) => keys.lastIndexOf(keys[at]) === at);
    },
  });
  return found;
}

/** @param last its place in a list; in a section it is that of the pair above it. */
function pathOf(last: Parameters<visitorFn<Node>>[0], above: readonly unknown[]): Path {
  const all = [...above];
  const path: (string | number)[] = typeof last === 'number' ? [last] : [];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const [node, parent] = [all[at], all[at - 1]];
    if (isPair(node)) path.unshift(isScalar(node.key) ? String(node.key.value) : '?');
    else if (isSeq(parent)) path.unshift(parent.items.indexOf(node));
  }
  return path;
}

/** Too many aliases of one another are found only when they are followed. */
function toValue(document: Document.Parsed, name: string, faults: readonly ConfigFault[]): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigRefused(name, [...faults, { path: [], message: error.message }]);
  }
}
