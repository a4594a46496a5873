# Whether this host has the VM, or half of a move of it: that one is planned, and no Get-VM shows it.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
Confirm-Host $HostId
$vms = @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId })
$planned = @(CimCmdlets\Get-CimInstance -ClassName Msvm_PlannedComputerSystem -Namespace 'root\virtualization\v2' -Property Name, ElementName | Where-Object { [string]$_.Name -eq [string]$VmId })
[ordered]@{ hasVm = ($vms.Count -gt 0); planned = @($planned | ForEach-Object { [string]$_.ElementName }) }
