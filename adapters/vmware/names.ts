/**
 * Names as vCenter keeps them: slash, backslash and percent stand as `%2f`, `%5c` and `%25`.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.ManagedEntity.html (name)
 */
const DECODED: Readonly<Record<string, string>> = { '%2f': '/', '%5c': '\\', '%25': '%' };
const ENCODED: Readonly<Record<string, string>> = { '/': '%2f', '\\': '%5c', '%': '%25' };

/** Decodes a platform's name exactly once: `50%252f` is shown `50%2f`. */
export function decodeName(name: string): string {
  return name.replace(/%(?:2f|5c|25)/gi, (code) => DECODED[code.toLowerCase()] ?? code);
}

/** Escapes a name that people typed exactly once: vCenter takes a name that is escaped as it is. */
export function encodeName(name: string): string {
  return name.replace(/[/\\%]/g, (character) => ENCODED[character] ?? character);
}
