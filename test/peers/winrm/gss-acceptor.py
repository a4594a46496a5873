"""The server's half of an NTLM login by gss-ntlmssp, for a client that is not ours to judge itself.

Reads one JSON object a line, answers one a line. Everything binary is base64.
  {"do": "accept", "token": T, "binding": B | null}   -> {"token": T | null, "complete": bool}
  {"do": "open", "data": D}                           -> {"plain": P}
  {"do": "seal", "plain": P}                          -> {"data": D}
What GSSAPI refuses is {"error": words}. NTLM_USER_FILE names the users.
"""
import base64
import json
import sys

import gssapi
from gssapi.raw import ChannelBindings

NTLMSSP = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
context = None


def decode(text):
    return base64.b64decode(text)


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def accept(order):
    global context
    if context is None:
        bindings = None
        if order["binding"] is not None:
            bindings = ChannelBindings(application_data=decode(order["binding"]))
        credentials = gssapi.Credentials(usage="accept", mechs=[NTLMSSP])
        context = gssapi.SecurityContext(creds=credentials, usage="accept", channel_bindings=bindings)
    token = context.step(decode(order["token"]))
    return {"token": encode(token), "complete": context.complete}


def answer(order):
    if order["do"] == "accept":
        return accept(order)
    if order["do"] == "open":
        return {"plain": encode(context.unwrap(decode(order["data"])).message)}
    return {"data": encode(context.wrap(decode(order["plain"]), True).message)}


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except gssapi.exceptions.GSSError as error:
        said = {"error": str(error)}
    print(json.dumps(said), flush=True)
