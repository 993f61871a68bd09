"""Verifies OB 2.0 and 3.0 badges with openbadgeslib: verify.py FOLDER"""

import base64
import json
import sys

import web

answers, sys.stdout = sys.stdout, sys.stderr

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob2 import OB2Verifier
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from openbadgeslib.verify import issuer_did_from_document, issuer_did_from_token


def unbaked(verifier, badge):
    data = base64.b64decode(badge["data"])
    if badge["kind"] == "png":
        return verifier.extract_token_from_png(data)
    if badge["kind"] == "svg":
        return verifier.extract_token_from_svg(data)
    return data.decode()


def ob2(badge):
    said = unbaked(OB2Verifier, badge)
    verifier = OB2Verifier(download=web.download)
    if said.startswith("https://"):  # a hosted badge in a picture says where it is
        said = web.download(said).decode()
    if said.lstrip().startswith("{"):
        return verifier.verify_hosted(said, expected_recipient=badge.get("recipient"), check_revocation=True)
    return verifier.verify(said, expected_recipient=badge.get("recipient"), check_revocation=True)


def ob3(badge):
    said = unbaked(OB3Verifier, badge)
    if said.lstrip().startswith("{"):
        verifier = OB3LdpVerifier.for_issuer_did(issuer_did_from_document(said), download=web.download)
    else:
        verifier = OB3Verifier.for_issuer_did(issuer_did_from_token(said), download=web.download)
    # It knows the proof of a status list only where the list is a token.
    return verifier.verify(said, expected_recipient=None, check_status=True, verify_status_list=False, download=web.download)


verdicts = []
for badge in web.read("badges.json"):
    try:
        ob2(badge) if badge["standard"] == "2.0" else ob3(badge)
        verdicts.append({"name": badge["name"], "verified": True, "says": ""})
    except (LibOpenBadgesException, web.Silent) as refusal:
        verdicts.append({"name": badge["name"], "verified": False, "says": f"{type(refusal).__name__}: {refusal}"})
json.dump(verdicts, answers)
