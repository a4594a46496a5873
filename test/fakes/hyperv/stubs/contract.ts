/** The cmdlets of one Windows version, as Microsoft's pages tell them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SERVERS = ['2016', '2022', '2025'] as const;
export type Server = (typeof SERVERS)[number];

export interface Parameter {
  readonly type: string;
  readonly aliases?: readonly string[];
  readonly values?: readonly string[];
  readonly pipeline?: string;
  readonly wildcards?: boolean;
}

export interface ParameterSet {
  readonly mandatory?: readonly string[];
  readonly optional?: readonly string[];
  readonly positional?: readonly string[];
}

export interface Signature {
  readonly servers: readonly string[];
  readonly module: ModuleName;
  /** Its class, where the contract was read from an assembly. */
  readonly class?: string;
  readonly defaultSet?: string;
  readonly sets: Readonly<Record<string, ParameterSet>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

export const MODULES = ['Hyper-V', 'FailoverClusters', 'CimCmdlets'] as const;
export type ModuleName = (typeof MODULES)[number];

export interface Cmdlet {
  readonly name: string;
  readonly signature: Signature;
}

const contractFiles = ['cmdlets.jsonl', 'cim-cmdlets.jsonl'].map((name) =>
  fileURLToPath(new URL(`../contract/${name}`, import.meta.url)),
);

interface Line {
  readonly name: string;
  readonly variants: readonly Signature[];
}

export function readContract(server: Server): readonly Cmdlet[] {
  const lines = contractFiles.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'));
  return lines.flatMap((line) => {
    const { name, variants }: Line = JSON.parse(line);
    const signature = variants.find(({ servers }) => servers.includes(server));
    return signature ? [{ name, signature }] : [];
  });
}
