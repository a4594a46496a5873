# Compiles the stub modules whose sources lie in $Stubs, and what they share.
param([Parameter(Mandatory)][string]$Stubs)
$ErrorActionPreference = 'Stop'
Import-Module Microsoft.PowerShell.Utility # brings the JSON cmdlets' assembly
$engine = [psobject].Assembly.Location
$common = @(
  $engine, [Microsoft.PowerShell.Commands.ConvertToJsonCommand].Assembly.Location
  (Join-Path (Split-Path $engine) 'Newtonsoft.Json.dll')
  'System.Text.Json', 'System.Collections', 'System.Collections.Concurrent', 'System.Collections.Specialized', 'System.Collections.NonGeneric', 'System.Linq'
  'System.Net.Sockets', 'System.Net.Primitives', 'System.ComponentModel', 'System.ComponentModel.Primitives', 'System.Threading', 'System.Threading.Thread'
  'System.Threading.Tasks.Parallel', 'System.Runtime', 'System.Memory', 'System.ObjectModel', 'System.Text.Encoding.Extensions'
)
function Build($sources, $target, $references) {
  Add-Type -Path $sources -OutputAssembly $target -ReferencedAssemblies $references -IgnoreWarnings -WarningAction SilentlyContinue
}
$core = Join-Path $Stubs 'Drover.Stub.dll'
Build @(Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'csharp') -Filter *.cs | ForEach-Object FullName) $core $common
foreach ($source in Get-ChildItem -LiteralPath $Stubs -Filter *.cs -Recurse) {
  Build @($source.FullName) ($source.FullName -replace '\.cs$', '.dll') ($common + $core)
}
