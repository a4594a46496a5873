import { isShownKey } from './shown-key.ts';

/** What is wrong with a configuration: where, and how to mend it. */
export interface ConfigFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly line?: number | undefined;
}

export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused';
  readonly faults: readonly ConfigFault[];

  constructor(file: string, faults: readonly ConfigFault[]) {
    const inOrder = faults.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
    super(`${file} cannot be used:\n${inOrder.map(toLine).join('\n')}`);
    this.faults = inOrder;
  }
}

/** `  line 12, connections[0].url: must be an https address`. */
function toLine({ path, message, line }: ConfigFault): string {
  const at = line ? `line ${line}, ` : '';
  // What is quoted of the file may hold a line break, or what moves the cursor of a terminal.
  const words = `${toPlace(path) || 'the file'}: ${message}`.replace(/\p{Cc}/gu, '\u{fffd}');
  return `  ${at}${words}`;
}

/** `connections[0].url`; `lab.…` where the key may be a secret. */
export function toPlace(path: ConfigFault['path']): string {
  const keys = path.map((key, at) => {
    if (typeof key === 'number') return `[${key}]`;
    return `.${isShownKey(key, path[at - 1]) ? key : '…'}`;
  });
  return keys.join('').replace(/^\./, '');
}
