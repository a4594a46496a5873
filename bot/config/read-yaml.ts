/** YAML with the line of every value, so that a fault and an explanation can point at it. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { ConfigRefused } from './config-fault.ts';

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

/** @throws ConfigRefused when it is not YAML. */
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

  function lineOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  return { value: document.toJS() ?? {}, lineOf };
}
