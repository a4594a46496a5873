"""pywinrm runs one thing on a WinRM service; one JSON object of what came of it.

Usage: drive-site.py < {url, ca, user, password, ps | command | shells, operationSeconds}
  ps: by run_ps, which fails on any standard error (pywinrm 0.3.0 on Python 3); command: a line; shells: how many to open.
"""
import json
import sys
import warnings

import winrm
from cryptography.hazmat.bindings.openssl.binding import Binding

Binding()  # brings MD4, OpenSSL's oldest, which NTLM needs; over HTTPS pywinrm does so itself
warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)
auth = (asked["user"], asked["password"])
options = {
    "transport": "ntlm", "ca_trust_path": asked.get("ca"),
    "operation_timeout_sec": asked.get("operationSeconds", 20), "read_timeout_sec": 60,
}


def text(data):
    return data.decode("utf-8")


def run():
    session = winrm.Session(asked["url"], auth=auth, **options)
    if "ps" in asked:
        end = session.run_ps(asked["ps"])
    else:
        end = session.run_cmd(asked["command"])
    return {"out": text(end.std_out), "err": text(end.std_err), "code": end.status_code}


def open_shells():
    protocol = winrm.Protocol(asked["url"], username=auth[0], password=auth[1], **options)
    opened = []
    try:
        for _ in range(asked["shells"]):
            opened.append(protocol.open_shell())
        return {"opened": len(opened)}
    except Exception as error:
        return {"opened": len(opened), "error": str(error)}
    finally:
        for shell in opened:
            protocol.close_shell(shell)


try:
    print(json.dumps(open_shells() if "shells" in asked else run()))
except Exception as error:
    print(json.dumps({"error": type(error).__name__ + ": " + str(error)}))
