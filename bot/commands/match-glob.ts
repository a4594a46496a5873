/**
 * The one place where a text is a pattern: the option `--match`, in which `*` stands for any letters (B35).
 *
 * Every other letter stands for itself. Never a regular expression, so that no text of a person can take long or mean
 * more than it says: each piece between two stars is looked for once, behind the one before it.
 */
export function matchGlob(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return name === pattern;
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
