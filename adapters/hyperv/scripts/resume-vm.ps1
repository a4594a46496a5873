# Lets a paused VM go on.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Confirm-State $vm 'Paused'
Start-Change
Hyper-V\Resume-VM -VM $vm
Get-VmState $VmId
