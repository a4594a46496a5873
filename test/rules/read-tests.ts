import { SyntaxKind } from 'typescript/unstable/ast';
import { type SourceToken, tokenizeSource } from '../tooling/tokenize-source.ts';

type Tokens = readonly SourceToken[];

/**
 * Reads the names of the tests in a file that really run: `it('…', …)` and `test('…', …)`.
 *
 * Left out are tests without a body, skipped ones and todos, and all that stands in a suite that is
 * itself skipped. `{ skip: condition }` runs somewhere and counts. A template keeps its `${…}`.
 */
export function readTests(source: string): readonly string[] {
  const tokens = tokenizeSource(source);
  const names: string[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const call = readCall(tokens, i);
    if (!call) continue;
    if (call.isLeftOut) {
      i = findClose(tokens, call.open);
    } else if (call.name !== undefined && call.word !== 'describe' && call.word !== 'suite') {
      names.push(call.name);
    }
  }
  return names;
}

interface TestCall {
  readonly word: string;
  /** Index of the opening parenthesis. */
  readonly open: number;
  readonly name: string | undefined;
  readonly isLeftOut: boolean;
}

function readCall(tokens: Tokens, start: number): TestCall | undefined {
  const word = tokens[start]?.text ?? '';
  if (!/^(?:it|test|describe|suite)$/.test(word) || isProperty(tokens, start)) return undefined;
  const modifier = tokens[start + 1]?.text === '.' ? tokens[start + 2]?.text : undefined;
  const open = modifier === undefined ? start + 1 : start + 3;
  if (tokens[open]?.text !== '(') return undefined;
  const { name, end } = readName(tokens, open + 1);
  const hasBody = tokens[end]?.text === ',';
  const isLeftOut =
    modifier === 'skip' || modifier === 'todo' || !hasBody || isOptionedOut(tokens, end + 1);
  return { word, open, name, isLeftOut };
}

/** `regex.test(…)` is no test, and neither is a key or a parameter's name. */
function isProperty(tokens: Tokens, index: number): boolean {
  return /^(?:\.|\?\.|function|new)$/.test(tokens[index - 1]?.text ?? '');
}

/** Reads a constant string or a template; `end` is the index of the token after it. */
function readName(tokens: Tokens, start: number): { name: string | undefined; end: number } {
  const first = tokens[start];
  if (first?.kind === SyntaxKind.StringLiteral) return { name: first.value, end: start + 1 };
  if (first?.kind === SyntaxKind.NoSubstitutionTemplateLiteral) {
    return { name: first.value, end: start + 1 };
  }
  if (first?.kind !== SyntaxKind.TemplateHead)
    return { name: undefined, end: findComma(tokens, start) };
  let end = start;
  while (end < tokens.length && tokens[end]?.kind !== SyntaxKind.TemplateTail) end += 1;
  const text = tokens
    .slice(start, end + 1)
    .map((token) => token.text)
    .join('');
  return { name: text.slice(1, -1), end: end + 1 };
}

/** Says whether the options after the name switch the test off for good. */
function isOptionedOut(tokens: Tokens, start: number): boolean {
  if (tokens[start]?.text !== '{') return false;
  const close = findClose(tokens, start);
  for (let i = start + 1; i < close; i += 1) {
    const key = tokens[i]?.text;
    if ((key === 'skip' || key === 'todo') && tokens[i + 1]?.text === ':') {
      const value = tokens[i + 2];
      const isWhole = tokens[i + 3]?.text === ',' || i + 3 === close;
      if (value && isWhole && (value.text === 'true' || isNonEmptyString(value))) return true;
    }
  }
  return false;
}

function isNonEmptyString({ kind, value }: SourceToken): boolean {
  return kind === SyntaxKind.StringLiteral && value !== '';
}

function findComma(tokens: Tokens, start: number): number {
  for (let i = start; i < tokens.length; i += 1) {
    const text = tokens[i]?.text ?? '';
    if (text === ',' || text === ')') return i;
    if (/^[({[]$/.test(text)) i = findClose(tokens, i);
  }
  return tokens.length;
}

function findClose(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i += 1) {
    const text = tokens[i]?.text ?? '';
    if (/^[({[]$/.test(text)) depth += 1;
    if (/^[)}\]]$/.test(text)) depth -= 1;
    if (depth === 0) return i;
  }
  return tokens.length;
}
