/** YAML with the line of every value, so that a fault and an explanation can point at it. */
import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { type ConfigFault, ConfigRefused } from './config-fault.ts';

export interface YamlFile {
  /** As people know it: `drover.yaml`. */
  readonly name: string;
  readonly text: string;
}

export interface Yaml {
  readonly value: unknown;
  /** From 1; that of the nearest value above when the path itself is not there. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** @throws ConfigRefused when it is not YAML, or an alias of it has no end. */
export function readYaml({ name, text }: YamlFile): Yaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ConfigRefused(
      name,
      document.errors.map(({ message, linePos }) => ({
        path: [],
        message: message.split('\n')[0] ?? '',
        line: linePos?.[0].line,
      })),
    );
  }
  const loops = listLoops(document, lines);
  if (loops.length > 0) throw new ConfigRefused(name, loops);

  function lineOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  return { value: toValue(document, name) ?? {}, lineOf };
}

/** `a: &a [*a]` has no end, and whoever walks through it comes to none. */
function listLoops(document: Document.Parsed, lines: LineCounter): ConfigFault[] {
  const faults: ConfigFault[] = [];
  visit(document, {
    Alias(_key, alias, above) {
      const target = alias.resolve(document);
      if (target === undefined || !above.includes(target)) return;
      const line = alias.range ? lines.linePos(alias.range[0]).line : undefined;
      const message = `the alias *${alias.source} stands inside what it names, so it contains itself; take it out`;
      faults.push({ path: [], message, line });
    },
  });
  return faults;
}

/** An alias of nothing, or too many of one another, is found only when it is followed. */
function toValue(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigRefused(name, [{ path: [], message: error.message }]);
  }
}
