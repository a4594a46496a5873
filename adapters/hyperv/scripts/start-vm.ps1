# Starts a VM that is off or saved.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-ChangeableVm $VmId $HostId
Confirm-State $vm 'Off|Saved'
Confirm-NotBusy $vm
Start-Change
Hyper-V\Start-VM -VM $vm
Get-VmState $VmId
