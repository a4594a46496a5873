# Pulls the plug.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
if ([string]$vm.State -match '^(Off|Saved)') { Stop-Script 'DroverWrongState' @{ state = [string]$vm.State } }
Start-Change
Hyper-V\Stop-VM -VM $vm -TurnOff -Confirm:$false
Get-VmState $VmId
