# Compares what PowerShell sees of the compiled stubs with the contract: names, types, aliases, sets, mandatory, positions, pipeline.
# One JSON line a difference, at last one with what was compared.
param([Parameter(Mandatory)][string]$Server, [Parameter(Mandatory)][string]$Stubs)
$ErrorActionPreference = 'Stop'
[void][Reflection.Assembly]::LoadFrom((Resolve-Path (Join-Path $Stubs 'Drover.Stub.dll')))
foreach ($m in 'Hyper-V', 'FailoverClusters', 'CimCmdlets') { Import-Module (Join-Path $Stubs "$m/$m.psd1") }
$cmdlets = 0; $parameters = 0; $loosened = @{}
function Join($names) {
  if ($null -eq $names) { return '' }
  $list = [string[]]@($names); [array]::Sort($list, [StringComparer]::Ordinal); $list -join ' '
}
$commands = @{}
foreach ($command in Get-Command -Module 'Hyper-V', 'FailoverClusters', 'CimCmdlets') { $commands[$command.Name] = $command }
$common = [Collections.Generic.HashSet[string]]::new([string[]][System.Management.Automation.PSCmdlet]::CommonParameters)
function Differ([string]$text) { ConvertTo-Json @{ differs = $text } -Compress }
foreach ($line in 'cmdlets.jsonl', 'cim-cmdlets.jsonl' | ForEach-Object { [IO.File]::ReadAllLines((Join-Path $PSScriptRoot "../contract/$_")) }) {
  $read = ConvertFrom-Json $line -AsHashtable
  $name = $read.name
  $variant = $read.variants | Where-Object { $Server -in $_.servers } | Select-Object -First 1
  $command = $commands[$name]
  if (-not $variant) { if ($command) { Differ "$name exists, but not on $Server" }; continue }
  if (-not $command) { Differ "$name is missing"; continue }
  $cmdlets++
  # One signature is one line of the contract and one class: looked into once, on the first Windows that has it.
  if ($Server -ne $variant.servers[0]) { continue }
  $own = @(foreach ($p in $command.Parameters.Keys) { if (-not $common.Contains($p)) { $p } })
  # One page has -WhatIf without -Confirm; PowerShell gives both or none.
  if ($variant.parameters.ContainsKey('WhatIf')) { $own = @($own | Where-Object { $_ -ne 'Confirm' -or $variant.parameters.ContainsKey('Confirm') }) }
  if ((Join $own) -ne (Join $variant.parameters.Keys)) { Differ "$name has $(Join $own), the contract $(Join $variant.parameters.Keys)"; continue }
  foreach ($p in $own) {
    $parameters++
    $have = $command.Parameters[$p]; $want = $variant.parameters[$p]
    $type = $have.ParameterType.Name -replace '^Single$', 'Float'
    if ($type -ne $want.type) {
      if ($have.ParameterType.FullName -like 'Drover.Stub.*') { $loosened[$want.type] = $true } else { Differ "$name -$p is $type, not $($want.type)" }
    }
    $isCommon = $p -in 'WhatIf', 'Confirm'
    if (-not $isCommon -and (Join $have.Aliases) -ne (Join $want['aliases'])) { Differ "$name -$p has the aliases $($have.Aliases)" }
    foreach ($set in $variant.sets.Keys) {
      $s = $variant.sets[$set]
      $member = $p -in @($s['mandatory']) -or $p -in @($s['optional'])
      $a = if ($have.ParameterSets.ContainsKey($set)) { $have.ParameterSets[$set] } elseif ($have.ParameterSets.ContainsKey('__AllParameterSets')) { $have.ParameterSets['__AllParameterSets'] }
      if ([bool]$a -ne $member) { Differ "$name -$p in the set ${set}: $([bool]$a)"; continue }
      if (-not $member) { continue }
      if ($a.IsMandatory -ne ($p -in @($s['mandatory']))) { Differ "$name -$p mandatory in $set" }
      if ([Math]::Max($a.Position, -1) -ne [array]::IndexOf(@($s['positional']), $p)) { Differ "$name -$p at $($a.Position) in $set" }
      if ($isCommon) { continue }
      if ($a.ValueFromPipeline -ne ("$($want['pipeline'])" -match 'ByValue')) { Differ "$name -$p by value in $set" }
      if ($a.ValueFromPipelineByPropertyName -ne ("$($want['pipeline'])" -match 'ByPropertyName')) { Differ "$name -$p by property name in $set" }
    }
  }
  if ($variant['defaultSet'] -and $command.DefaultParameterSet -ne $variant.defaultSet) { Differ "$name has the default set $($command.DefaultParameterSet)" }
}
ConvertTo-Json @{ cmdlets = $cmdlets; parameters = $parameters; loosened = @($loosened.Keys | Sort-Object) } -Compress
