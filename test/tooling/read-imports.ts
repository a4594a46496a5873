import { SyntaxKind } from 'typescript/unstable/ast';
import type { SourceToken } from './tokenize-source.ts';
import { tokenizeSource } from './tokenize-source.ts';

export interface SourceImport {
  readonly specifier: string;
  /** `import('…')`, in an expression or in a type. */
  readonly isDynamic: boolean;
}

/** Reads what a file imports or re-exports: values, types, and `import()` of a constant string. */
export function readImports(source: string): readonly SourceImport[] {
  const tokens = tokenizeSource(source);
  return tokens.flatMap((token, index) => readImportAt(tokens, token, index) ?? []);
}

function readImportAt(
  tokens: readonly SourceToken[],
  token: SourceToken,
  index: number,
): SourceImport | undefined {
  if (!isString(token)) return undefined;
  const [before, earlier] = [tokens[index - 1]?.text, tokens[index - 2]?.text];
  if (before === '(' && earlier === 'import') return { specifier: token.value, isDynamic: true };
  if (before === 'import') return { specifier: token.value, isDynamic: false };
  if (before === 'from' && isStatement(tokens, index - 2)) {
    return { specifier: token.value, isDynamic: false };
  }
  return undefined;
}

/** `from '…'` belongs to an import or export when the clause before it ends like one. */
function isStatement(tokens: readonly SourceToken[], last: number): boolean {
  for (let i = last; i >= 0; i -= 1) {
    const text = tokens[i]?.text ?? '';
    if (text === 'import' || text === 'export') return true;
    if (!/^(?:[\w$]+|[{},*])$/.test(text)) return false;
  }
  return false;
}

function isString({ kind }: SourceToken): boolean {
  return kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral;
}
