/** Words of forms. */

const FIELD_WORDS: Readonly<Record<string, string>> = {
  ...{ cpu: 'vCPU', vm: 'VM', vlan: 'VLAN' },
  ...{ nic: 'Network adapter', 'vmq-weight': 'VMQ weight' },
};

/** A field for several names, which may hold spaces. */
export function toManyHint({ many }: { readonly many?: number }): string | undefined {
  return many === undefined ? undefined : 'one, or several, each on a line of its own';
}

/** `Memory: as 16GiB; as the template has when left out`. */
export function toFieldLabel(name: string, summary: string | undefined): string {
  const words = FIELD_WORDS[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return summary === undefined ? words : `${words}: ${summary}`;
}
