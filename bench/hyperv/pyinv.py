"""pywinrm with 64 threads asks each host once: one connection, login, shell and command a host, as its users do it.

Usage: pyinv.py < {addresses, port, user, password, ca, vms}; prints {"ms": wall time}
"""
import json
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import winrm
from cryptography.hazmat.bindings.openssl.binding import Binding

Binding()  # brings MD4, OpenSSL's oldest, which NTLM needs
warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)


def read(address):
    protocol = winrm.Protocol(
        "https://%s:%d/wsman" % (address, asked["port"]), transport="ntlm",
        username=asked["user"], password=asked["password"], ca_trust_path=asked["ca"],
    )
    shell = protocol.open_shell()
    try:
        command = protocol.run_command(shell, "powershell", ["-EncodedCommand", "MQA="])
        out, _, code = protocol.get_command_output(shell, command)
        protocol.cleanup_command(shell, command)
    finally:
        protocol.close_shell(shell)
    first = json.loads(out.decode("utf-8").split("\r\n")[0][1:])
    assert code == 0 and len(first["v"]["vms"]) == asked["vms"]


began = time.monotonic()
with ThreadPoolExecutor(64) as pool:
    list(pool.map(read, asked["addresses"]))
print(json.dumps({"ms": round((time.monotonic() - began) * 1000)}))
