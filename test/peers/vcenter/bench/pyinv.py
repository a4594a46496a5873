#!/usr/bin/python3
"""pyinv.py [URL]: the VM inventory with pyvmomi, the peer of our reader. One line: rows, hash of the normalised rows, times in ms.

USER_NAME and PASSWORD log in (any are taken by a vcsim started without -user); PROPS names the properties.
All clients must print the same hash. Debian package python3-pyvmomi.
"""
import hashlib
import os
import ssl
import sys
import time
from urllib.parse import urlparse

started = time.time()
from pyVim.connect import SmartConnect
from pyVmomi import vim, vmodl

DEFAULT_PROPS = "name,runtime.powerState,runtime.host,summary.config,config.hardware,datastore"


def retrieve(content, props):
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
    collector = vmodl.query.PropertyCollector
    spec = collector.FilterSpec(
        propSet=[collector.PropertySpec(type=vim.VirtualMachine, all=False, pathSet=props)],
        objectSet=[collector.ObjectSpec(obj=view, skip=True, selectSet=[
            collector.TraversalSpec(name="v", type=vim.view.ContainerView, path="view", skip=False)])],
    )
    result = content.propertyCollector.RetrievePropertiesEx([spec], collector.RetrieveOptions())
    objects = list(result.objects)
    while result.token:  # an answer in pages
        result = content.propertyCollector.ContinueRetrievePropertiesEx(result.token)
        objects.extend(result.objects)
    return objects


def to_row(o):
    p = {x.name: x.val for x in o.propSet}
    hw = p.get("config.hardware")
    return "|".join(map(str, [
        o.obj._moId,
        p["name"],
        p["runtime.powerState"],
        p["runtime.host"]._moId,
        hw.numCPU if hw else p.get("config.hardware.numCPU", 0),
        hw.memoryMB if hw else p.get("config.hardware.memoryMB", 0),
        sum(isinstance(d, vim.vm.device.VirtualDisk) for d in hw.device) if hw else 0,
        ",".join(d._moId for d in p.get("datastore", [])),
        p["summary.config"].uuid if "summary.config" in p else "",
    ]))


address = urlparse(sys.argv[1] if len(sys.argv) > 1 else "https://127.0.0.1:8990/sdk")
connection = SmartConnect(host=address.hostname, port=address.port, user=os.environ.get("USER_NAME", "user"),
                          pwd=os.environ.get("PASSWORD", "pass"), sslContext=ssl._create_unverified_context())
logged_in = time.time()
objects = retrieve(connection.RetrieveContent(), os.environ.get("PROPS", DEFAULT_PROPS).split(","))
retrieved = time.time()
rows = sorted(to_row(o) for o in objects)
digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]
print("pyvmomi rows=%d sum=%s login=%.0f retrieve=%.0f"
      % (len(rows), digest, (logged_in - started) * 1e3, (retrieved - logged_in) * 1e3))
