/** How a command line reads on a fake host. There is no cmd.exe: `echo` and PowerShell are all that it has. */
export type ReadLine =
  | { readonly kind: 'powershell'; readonly script: string }
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'unknown'; readonly word: string };

/** PowerShell takes any beginning of a parameter's name, in any case. */
const ENCODED = /^-e(?:c|n\w*)?$/i;
const COMMAND = /^-c(?:\w*)$/i;
const TAKES_VALUE = /^-(?:ex\w*|ep|v\w*|w\w*|inp\w*|if|o\w*|of|ps\w*|wo\w*)$/i;

export function readCommandLine(line: string): ReadLine {
  const said = /^echo (.*)$/is.exec(line)?.[1];
  if (said !== undefined) return { kind: 'echo', text: said };
  const [word = '', ...rest] = line.split(' ').filter(Boolean);
  if (!/^"?powershell(?:\.exe)?"?$/i.test(word)) return { kind: 'unknown', word };
  for (let i = 0; i < rest.length; i += 1) {
    const name = rest[i] ?? '';
    if (ENCODED.test(name))
      return {
        kind: 'powershell',
        script: Buffer.from(unquote(rest[i + 1] ?? ''), 'base64').toString('utf16le'),
      };
    if (COMMAND.test(name)) return toPlain(rest.slice(i + 1));
    if (!name.startsWith('-')) return toPlain(rest.slice(i));
    if (TAKES_VALUE.test(name)) i += 1;
  }
  return { kind: 'powershell', script: '' };
}

const toPlain = (words: readonly string[]): ReadLine => ({
  kind: 'powershell',
  script: unquote(words.join(' ')),
});

const unquote = (text: string) => /^"(.*)"$/s.exec(text)?.[1]?.replaceAll('\\"', '"') ?? text;
