# Whether a move of this VM is under way, whoever ordered it.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
$vm = Get-CheckedVm $VmId $HostId
$move = Get-Move $VmId ([bool]$vm.IsClustered)
[ordered]@{ isMoving = [bool]$move.isMoving; isPending = [bool]$move.isPending; percent = [int]$move.percent }
