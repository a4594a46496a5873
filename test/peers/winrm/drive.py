"""Drives a WinRM service with pywinrm, a client that is not ours; one JSON object of what came of each attempt.

Usage: drive.py HTTPS_URL HTTP_URL CA_FILE   (users as in test/fakes/hyperv/ws-man-server.ts)
"""
import base64
import json
import sys
import warnings

import winrm

warnings.filterwarnings("ignore")
HTTPS, HTTP, CA = sys.argv[1:4]
NTLM = ("LAB\\administrator", "P@ssw0rd!é")
BASIC = ("ascii", "Basic-1234")


def encoded(script):
    return "powershell -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()


def text(data):
    return data.decode("utf-8")


def attempt(url, auth, **options):
    try:
        session = winrm.Session(url, auth=auth, **options)
        said = session.run_ps('"hello 世界"')
        failed = session.run_cmd(encoded("throw 1"))
        plain = session.run_cmd("echo hi")
        return {
            "out": text(said.std_out),
            "code": said.status_code,
            "echo": text(plain.std_out),
            "failed": failed.status_code,
            "err": text(failed.std_err)[:9],
        }
    except Exception as error:
        return {"error": type(error).__name__}


def long_command():
    # Longer than one operation: pywinrm asks again on 2150858793.
    protocol = winrm.Protocol(
        HTTPS, transport="ntlm", username=NTLM[0], password=NTLM[1], ca_trust_path=CA,
        operation_timeout_sec=1, read_timeout_sec=30,
    )
    shell = protocol.open_shell(codepage=65001)
    command = protocol.run_command(shell, "long")
    out, _, code = protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    try:
        protocol.close_shell(shell)
        again = "closed twice"
    except Exception as error:
        again = type(error).__name__
    return {"bytes": len(out), "end": text(out[-6:]), "code": code, "again": again}


print(json.dumps({
    "ntlm": attempt(HTTPS, NTLM, transport="ntlm", ca_trust_path=CA),
    "sealedHttps": attempt(HTTPS, NTLM, transport="ntlm", ca_trust_path=CA, message_encryption="always"),
    "sealedHttp": attempt(HTTP, NTLM, transport="ntlm"),
    "plainHttp": attempt(HTTP, NTLM, transport="ntlm", message_encryption="never"),
    "basic": attempt(HTTPS, BASIC, transport="basic", ca_trust_path=CA),
    "wrongPassword": attempt(HTTPS, (NTLM[0], "nope"), transport="ntlm", ca_trust_path=CA),
    "untrusted": attempt(HTTPS, NTLM, transport="ntlm"),
    "long": long_command(),
}))
