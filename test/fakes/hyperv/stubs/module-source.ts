/** One stub module: its C# source and its manifest. */
import { toCmdletSource } from './cmdlet-source.ts';
import type { Cmdlet, ModuleName } from './contract.ts';
import { BASES, collectEnums, NAMESPACES, RESULT_CLASSES, RESULT_ENUMS } from './types.ts';

export interface ModuleSource {
  readonly source: string;
  readonly manifest: string;
}

const HYPERV_ERRORS = ['VirtualizationException', 'System.Exception'] as const;
const CLUSTER_ERRORS = ['ClusterCmdletException', 'System.Exception'] as const;

export function toModuleSource(module: ModuleName, cmdlets: readonly Cmdlet[]): ModuleSource {
  const namespace = NAMESPACES[module];
  const known = {
    namespace,
    enums: collectEnums(cmdlets),
    classes: new Set(RESULT_CLASSES[module]),
  };
  const classes = cmdlets.map((cmdlet) => toCmdletSource(cmdlet, known));
  const results = RESULT_ENUMS[module];
  const types = [
    ...[...known.enums]
      .filter(([name]) => !results[name])
      .map(([name, values]) => `public enum ${name} { ${values.join(', ')} }`),
    ...Object.entries(results).map(
      ([name, values]) =>
        `public enum ${name} { ${Object.entries(values)
          .map((pair) => pair.join(' = '))
          .join(', ')} }`,
    ),
    ...[...known.classes]
      .filter((name) => !known.enums.has(name) && !results[name])
      .map((name) => `public class ${name} : ${BASES[name] ?? 'Drover.Stub.StubObject'} { }`),
    ...toErrors(module),
  ];
  const source = [
    '#pragma warning disable 108, 114, 1591',
    'using System; using System.Collections; using System.Management.Automation;',
    `namespace ${namespace} {`,
    ...types,
    '}',
    ...classes,
    '',
  ].join('\n');
  return { source, manifest: toManifest(module, cmdlets) };
}

function toErrors(module: ModuleName): readonly string[] {
  if (module === 'CimCmdlets') return [];
  const [name, base] = module === 'Hyper-V' ? HYPERV_ERRORS : CLUSTER_ERRORS;
  return [`public class ${name} : ${base} { public ${name}(string m) : base(m) { } }`];
}

function toManifest(module: ModuleName, cmdlets: readonly Cmdlet[]): string {
  const names = cmdlets.map(({ name }) => `'${name}'`).join(', ');
  return [
    '@{',
    `  RootModule = '${module}.dll'`,
    "  ModuleVersion = '2.0.0.0'",
    '  FunctionsToExport = @(); AliasesToExport = @(); VariablesToExport = @()',
    `  CmdletsToExport = @(${names})`,
    '}',
    '',
  ].join('\n');
}
