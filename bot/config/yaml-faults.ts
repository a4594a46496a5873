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
  'UNEXPECTED_TOKEN',
]);

/** The first cause alone: what the parser says of the lines behind it is of a text that nobody wrote. Tabs are told all. */
export function toYamlFaults(
  errors: readonly YAMLError[],
  text: string,
  lineAt: (offset: number) => number,
): ConfigFault[] {
  const rows = text.split('\n');
  const lineOf = ({ pos: [offset] }: YAMLError) => lineAt(offset);
  const isTab = (error: YAMLError) =>
    error.code === TAB || /^ *\t/.test(rows[lineOf(error) - 1] ?? '');
  const tabLines = [...new Set(errors.filter(isTab).map(lineOf))];
  const firstTab = Math.min(...tabLines);
  const [first] = errors.toSorted((one, other) => lineOf(one) - lineOf(other));
  if (!first) return [];
  // Of a tab it may complain in the line before.
  if (lineOf(first) >= firstTab - 1)
    return tabLines.map((line) => ({ path: [], message: CONFIG_WORDS.notYaml(TAB, ''), line }));
  const line = lineOf(first);
  const odd = isOfIndent(first) ? findOddIndent(text, line) : undefined;
  if (odd) return [{ path: [], message: CONFIG_WORDS.oddIndent(odd), line: odd.line }];
  const { code, message } = first;
  const words = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  return [{ path: [], message: CONFIG_WORDS.notYaml(code, words), line }];
}

/** Of brackets that are left open it says so, too. */
function isOfIndent({ code, message }: YAMLError): boolean {
  if (message.startsWith('Sequence item')) return true;
  return OF_INDENT.has(code) && !message.startsWith('Flow');
}
