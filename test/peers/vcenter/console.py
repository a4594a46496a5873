#!/usr/bin/python3
"""console.py URL USER PASSWORD DEED...: somebody at the vendor's console, by pyvmomi, a client that is not ours.

move VM HOST: begins a migration and does not wait for it. answer VM KEY: waits until the VM asks, and answers.
hosts: prints as JSON, by name, whether each host is in maintenance mode. Debian package python3-pyvmomi.
"""
import json
import ssl
import sys
import time
from urllib.parse import urlparse

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

ASKS_WITHIN_S = 30


def find_all(content, kind):
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    found = {one.name: one for one in view.view}
    view.DestroyView()
    return found


def move(content, vm, host):
    target = find_all(content, vim.HostSystem)[host]
    priority = vim.VirtualMachine.MovePriority.defaultPriority
    find_all(content, vim.VirtualMachine)[vm].MigrateVM_Task(host=target, priority=priority)


def answer(content, vm, key):
    machine = find_all(content, vim.VirtualMachine)[vm]
    until = time.monotonic() + ASKS_WITHIN_S
    # A move asks when its time is over, which a fast machine comes here before.
    while machine.runtime.question is None:
        if time.monotonic() > until:
            sys.exit(f"{vm} asks nothing in {ASKS_WITHIN_S} s")
        time.sleep(0.1)
    machine.AnswerVM(questionId=machine.runtime.question.id, answerChoice=key)


def hosts(content):
    found = find_all(content, vim.HostSystem)
    print(json.dumps({name: host.runtime.inMaintenanceMode for name, host in found.items()}))


DEEDS = {"move": move, "answer": answer, "hosts": hosts}


def main():
    url, user, password, deed, *names = sys.argv[1:]
    address = urlparse(url)
    # The test vCenter has a certificate of its own making on this machine.
    connection = SmartConnect(host=address.hostname, port=address.port, user=user, pwd=password,
                              sslContext=ssl._create_unverified_context())
    try:
        DEEDS[deed](connection.RetrieveContent(), *names)
    finally:
        Disconnect(connection)


main()
