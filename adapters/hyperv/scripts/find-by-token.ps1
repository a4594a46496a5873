# What an earlier create-vm with this token made on this host, or is making. On a cluster each node is asked.
param([Parameter(Mandatory = $true)][string]$Token, [Parameter(Mandatory = $true)][string]$HostId, [string]$Root = '')
Confirm-Token $Token
Confirm-Host $HostId
# Asked first: what ends after this is seen below.
$isRunning = Test-Running $Token
$found = foreach ($vm in @(Hyper-V\Get-VM)) {
  $mark = Test-Token $vm $Token
  if ($mark.inNotes -or $mark.inPath) {
    [ordered]@{ vmId = [string]$vm.Id; name = [string]$vm.Name; state = [string]$vm.State; inNotes = $mark.inNotes; inPath = $mark.inPath; isClustered = [bool]$vm.IsClustered }
  }
}
$hasFolder = $false; if ($Root -ne '') { $hasFolder = [bool](Test-Path -LiteralPath "$Root\$Token") }
[ordered]@{ vms = @($found); isRunning = $isRunning; hasFolder = $hasFolder }
