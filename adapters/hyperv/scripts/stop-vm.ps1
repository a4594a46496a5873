# Pulls the plug.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Start-Change
Hyper-V\Stop-VM -VM $vm -TurnOff -Confirm:$false
Get-VmState $VmId
