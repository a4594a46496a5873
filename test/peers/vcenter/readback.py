#!/usr/bin/python3
"""readback.py URL USER PASSWORD [PREFIX]: what pyvmomi reads of all VMs, as one JSON list ordered by name.

A second reader, not ours: a test that asks it learns what the vCenter shows, whatever our own client believes.
PREFIX: which keys of extraConfig are shown (default "drover"). Debian package python3-pyvmomi.
"""
import json
import ssl
import sys
from urllib.parse import urlparse

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

VM_PATHS = [
    "name", "parent", "runtime.powerState", "runtime.host", "datastore", "network", "config.instanceUuid", "config.uuid",
    "config.template", "config.annotation", "config.hardware.numCPU", "config.hardware.memoryMB", "config.hardware.device",
    "config.extraConfig", "config.files.vmPathName",
]
ENTITY_PATHS = ["name", "parent"]


def collect(content, kind, paths):
    """One read of all objects of a kind: {reference value: {path: value}}; an unreadable property is left out."""
    collector = vmodl.query.PropertyCollector
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    spec = collector.FilterSpec(
        propSet=[collector.PropertySpec(type=kind, all=False, pathSet=paths)],
        objectSet=[collector.ObjectSpec(obj=view, skip=True, selectSet=[
            collector.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)])],
    )
    objects = content.propertyCollector.RetrieveContents([spec])
    view.DestroyView()
    return {o.obj._moId: {p.name: p.val for p in o.propSet} for o in objects}


def folder_path(parent, folders):
    """/Datacenter/vm/Folder; the root folder is not in a view of itself, so the climb ends there."""
    names = []
    while parent is not None and parent._moId in folders:
        names.insert(0, folders[parent._moId]["name"])
        parent = folders[parent._moId].get("parent")
    return "/" + "/".join(names)


def name_of(reference, names):
    return None if reference is None else names.get(reference._moId, {}).get("name", reference._moId)


def to_row(handle, vm, names, folders, prefix):
    devices = vm.get("config.hardware.device", [])
    extra = {o.key: o.value for o in vm.get("config.extraConfig", []) if o.key.startswith(prefix)}
    return {
        "name": vm.get("name"),
        "handle": handle,
        "instanceUuid": vm.get("config.instanceUuid"),
        "biosUuid": vm.get("config.uuid"),
        "cpus": vm.get("config.hardware.numCPU"),
        "memoryMB": vm.get("config.hardware.memoryMB"),
        "host": name_of(vm.get("runtime.host"), names),
        "datastores": sorted(name_of(d, names) for d in vm.get("datastore", [])),
        "networks": sorted(name_of(n, names) for n in vm.get("network", [])),
        "macs": [d.macAddress for d in devices if isinstance(d, vim.vm.device.VirtualEthernetCard)],
        "disks": [{"file": getattr(d.backing, "fileName", None), "bytes": d.capacityInBytes}
                  for d in devices if isinstance(d, vim.vm.device.VirtualDisk)],
        "folder": folder_path(vm.get("parent"), folders),
        "vmx": vm.get("config.files.vmPathName"),
        "powerState": vm.get("runtime.powerState"),
        "template": vm.get("config.template"),
        "annotation": vm.get("config.annotation"),
        "extraConfig": extra,
    }


def main():
    url, user, password = sys.argv[1:4]
    prefix = sys.argv[4] if len(sys.argv) > 4 else "drover"
    address = urlparse(url)
    # The test vCenter has a certificate of its own making on this machine.
    connection = SmartConnect(host=address.hostname, port=address.port, user=user, pwd=password,
                              sslContext=ssl._create_unverified_context())
    try:
        content = connection.RetrieveContent()
        names = {}
        for kind in (vim.HostSystem, vim.Datastore, vim.Network):
            names.update(collect(content, kind, ["name"]))
        folders = {}
        for kind in (vim.Folder, vim.Datacenter):
            folders.update(collect(content, kind, ENTITY_PATHS))
        vms = collect(content, vim.VirtualMachine, VM_PATHS)
        rows = [to_row(handle, vm, names, folders, prefix) for handle, vm in vms.items()]
        print(json.dumps(sorted(rows, key=lambda row: (row["name"] or "", row["handle"]))))
    finally:
        Disconnect(connection)


main()
