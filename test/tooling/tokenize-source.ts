import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';

export interface SourceToken {
  readonly kind: SyntaxKind;
  /** As written. */
  readonly text: string;
  /** Of a string: what it says. */
  readonly value: string;
}

/**
 * Splits TypeScript into tokens with TypeScript's own scanner: no comments, strings and templates whole.
 *
 * The scanner leaves two questions to a parser: whether `/` divides or begins a regular expression,
 * and whether `}` ends a block or goes on with a template.
 */
export function tokenizeSource(source: string): readonly SourceToken[] {
  const scanner = createScanner(true, undefined, source);
  const tokens: SourceToken[] = [];
  const braces: ('block' | 'template')[] = [];
  for (;;) {
    let kind = scanner.scan();
    if (isSlash(kind) && !endsValue(tokens.at(-1))) kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.CloseBraceToken && braces.at(-1) === 'template') {
      kind = scanner.reScanTemplateToken(false);
    }
    if (kind === SyntaxKind.EndOfFile) return tokens;
    track(kind, braces);
    tokens.push({ kind, text: scanner.getTokenText(), value: scanner.getTokenValue() });
  }
}

function isSlash(kind: SyntaxKind): boolean {
  return kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken;
}

/** After a value a slash divides; after `}` of a block it would not, which no file of ours writes. */
function endsValue(token: SourceToken | undefined): boolean {
  if (!token) return false;
  return /^(?:[\w$"'`)\]}].*|.*[`"'])$/s.test(token.text) && !isOperatorWord(token.text);
}

function isOperatorWord(text: string): boolean {
  return /^(?:return|typeof|case|in|of|do|else|void|delete|await|yield|throw|new|instanceof)$/.test(
    text,
  );
}

function track(kind: SyntaxKind, braces: ('block' | 'template')[]): void {
  if (kind === SyntaxKind.OpenBraceToken) braces.push('block');
  if (kind === SyntaxKind.TemplateHead) braces.push('template');
  if (kind === SyntaxKind.CloseBraceToken || kind === SyntaxKind.TemplateTail) braces.pop();
}
