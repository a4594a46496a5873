/** LDIF records. Names and values are base64, so that any character is safe in them (RFC 2849). */
export type Values = Readonly<Record<string, string | Buffer | readonly string[]>>;

/** RFC 4514: one value inside a distinguished name. */
export function escapeRdn(value: string): string {
  return value
    .replace(/[\\,+"<>;=]/g, (char) => `\\${char}`)
    .replace(/[\r\n\0]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^([ #])/, '\\$1')
    .replace(/ $/, '\\ ');
}

export function toDn(cn: string, parent: string): string {
  return `CN=${escapeRdn(cn)},${parent}`;
}

export function toAddRecord(dn: string, values: Values): string {
  const lines = Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((it) => `${name}:: ${toBase64(it)}`),
  );
  return [`dn:: ${toBase64(dn)}`, ...lines].join('\n');
}

export function toModifyRecord(
  dn: string,
  how: 'add' | 'delete' | 'replace',
  values: Values,
): string {
  const changes = Object.entries(values).flatMap(([name, value]) => [
    `${how}: ${name}`,
    ...(Array.isArray(value) ? value : [value]).map((it) => `${name}:: ${toBase64(it)}`),
    '-',
  ]);
  return [`dn:: ${toBase64(dn)}`, 'changetype: modify', ...changes].join('\n');
}

/** The form in which Active Directory takes a password. */
export function toPasswordValue(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le');
}

function toBase64(value: string | Buffer): string {
  return (typeof value === 'string' ? Buffer.from(value) : value).toString('base64');
}
