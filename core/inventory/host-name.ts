/** One label of a domain name: letters, digits and hyphens, not only digits, no hyphen at an end. */
export function isHostName(name: string, maxLetters: number): boolean {
  const isLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name);
  return isLabel && name.length <= maxLetters && /[^0-9]/.test(name);
}
