# Started once by kept-pwsh.ts; the rest is csharp/runner.cs. Environment: DROVER_PORT, DROVER_TOKEN, DROVER_STUBS.
$ErrorActionPreference = 'Stop'
$stubs = $env:DROVER_STUBS
$env:PSModulePath = $stubs + [IO.Path]::PathSeparator + (Join-Path $PSHOME 'Modules')
# Loaded by path first, so that each runspace's import finds them.
$core = Join-Path $stubs 'Drover.Stub.dll'
[void][Reflection.Assembly]::LoadFrom($core)
# A mutex of a host is not one of this machine.
[psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')::Add('Threading.Mutex', [Drover.Stub.HostMutex])
$modules = @($core)
# Not by their manifests: reading those again for each run costs more than most scripts do.
foreach ($name in 'Hyper-V', 'FailoverClusters', 'CimCmdlets') { $modules += Join-Path $stubs "$name/$name.dll" }
# The clock is the model's; JSON is what 5.1 and 7 agree on.
$aliases = @{
  'Start-Sleep' = 'Start-DroverSleep'; 'Copy-Item' = 'Copy-DroverItem'
  'ConvertTo-Json' = 'ConvertTo-DroverJson'; 'ConvertFrom-Json' = 'ConvertFrom-DroverJson'
}
[Drover.Stub.Wire]::Serve([int]$env:DROVER_PORT, $env:DROVER_TOKEN, $modules, $aliases)
