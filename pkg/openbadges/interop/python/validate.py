"""Verifies OB 1.x and 2.0 badges with 1EdTech's openbadges: validate.py FOLDER"""

import base64
import io
import json
import sys

import requests

import web


def send(adapter, request, **_):
    """Stands in for the network below every session of requests."""
    try:
        status, kind, body = web.page(request.url)
    except web.Silent as silent:
        raise requests.exceptions.ConnectionError(str(silent)) from silent
    response = requests.Response()
    response.status_code, response.url, response.request = status, request.url, request
    response.headers["Content-Type"] = kind
    response.raw, response.encoding = io.BytesIO(body), "utf-8"
    return response


requests.adapters.HTTPAdapter.send = send
answers, sys.stdout = sys.stdout, sys.stderr  # where a program thinks aloud

from openbadges import verify  # noqa: E402 -- after its web
from openbadges.verifier.openbadges_context import OPENBADGES_CONTEXT_V2_DICT  # noqa: E402
from openbadges_bakery import unbake  # noqa: E402

web.recorded["https://w3id.org/openbadges/v2"] = {"status": 200, "content_type": "application/ld+json", "body": json.dumps(OPENBADGES_CONTEXT_V2_DICT)}


def given(badge):
    """What a badge carries, by the program's own bakery; of pictures that says bytes, which its verifier does not know."""
    data = base64.b64decode(badge["data"])
    said = unbake(io.BytesIO(data)) if badge["kind"] in ("png", "svg") else data
    return said.decode() if isinstance(said, bytes) else said


verdicts = []
for badge in web.read("badges.json"):
    try:
        recipient = {"email": badge["recipient"]} if badge.get("recipient") else None
        report = verify(given(badge), recipient, use_cache=False, cache_backend=None)["report"]
        said = "; ".join(m["result"] for m in report["messages"] if m["messageLevel"] == "ERROR")
        verdicts.append({"name": badge["name"], "verified": report["valid"], "says": said})
    except Exception as fault:
        verdicts.append({"name": badge["name"], "verified": False, "says": f"{type(fault).__name__}: {fault}"})
json.dump(verdicts, answers)
