/** What the parser complains of, in Drover's words: each cause once, at the line that is to be mended. */
import type { YAMLError } from 'yaml';
import { CONFIG_WORDS } from '../words/en/config-words.ts';
import type { ConfigFault } from './config-fault.ts';
import { findOddIndent } from './odd-indent.ts';

const TAB = 'TAB_AS_INDENT';
/** Of what stands in a wrong column the parser says one of these. */
const OF_INDENT: ReadonlySet<string> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MULTILINE_IMPLICIT_KEY',
]);

export function toYamlFaults(
  errors: readonly YAMLError[],
  text: string,
  lineAt: (offset: number) => number,
): ConfigFault[] {
  const rows = text.split('\n');
  const lineOf = ({ pos: [offset] }: YAMLError) => lineAt(offset);
  const isTab = (error: YAMLError) =>
    error.code === TAB || /^ *\t/.test(rows[lineOf(error) - 1] ?? '');
  const firstTab = Math.min(...errors.filter(isTab).map(lineOf));
  // From the line before on, the lines mean something else to the parser.
  const telling = errors.filter((error) => isTab(error) || lineOf(error) < firstTab - 1);
  const faults = telling.map((error): ConfigFault => {
    const line = lineOf(error);
    if (isTab(error)) return { path: [], message: CONFIG_WORDS.notYaml(TAB, ''), line };
    const odd = isOfIndent(error) ? findOddIndent(text, line) : undefined;
    if (odd) return { path: [], message: CONFIG_WORDS.oddIndent(odd), line: odd.line };
    const { code, message } = error;
    const words = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    return { path: [], message: CONFIG_WORDS.notYaml(code, words), line };
  });
  // The parser complains of one line in several ways.
  return faults.filter(({ line }, at) => faults.findIndex((one) => one.line === line) === at);
}

/** Of brackets that are left open it says so, too. */
function isOfIndent({ code, message }: YAMLError): boolean {
  if (message.startsWith('Sequence item')) return true;
  return OF_INDENT.has(code) && !message.startsWith('Flow');
}
