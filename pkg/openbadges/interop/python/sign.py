"""Makes, signs and bakes OB 2.0 and 3.0 badges with openbadgeslib, and the web they need: sign.py FOLDER"""

import base64
import json
import sys
from datetime import datetime, timezone

import web

answers, sys.stdout = sys.stdout, sys.stderr

from openbadgeslib import ob2, ob3
from openbadgeslib.keys import KeyFactory, KeyType, public_jwk_from_pem
from openbadgeslib.ob2.models import BadgeClass, CryptographicKey, IdentityObject, Profile, RevocationList, Verification

HOME = "https://atelier.example"
ISSUED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
KEYS = {"RS256": KeyType.RSA, "ES256": KeyType.ECC, "EdDSA": KeyType.ED25519}

pictures = {kind: base64.b64decode(data) for kind, data in web.read("pictures.json").items()}
made, pages = [], {}


def publish(url, document, kind="application/ld+json"):
    body = document if isinstance(document, str) else json.dumps(document)
    pages[url] = {"status": 200, "content_type": kind, "body": body}


def keep(name, kind, data, **more):
    data = data.encode() if isinstance(data, str) else data
    made.append({"name": name, "kind": kind, "data": base64.b64encode(data).decode(), **more})


def carried(name, signer, badge, text, **more):
    """The same badge as text and in both pictures."""
    keep(name, "text", text, **more)
    keep(name + " in PNG", "png", signer.sign_into_png(badge, pictures["png"]), **more)
    keep(name + " in SVG", "svg", signer.sign_into_svg(badge, pictures["svg"]), **more)


def credential(issuer, number, **more):
    return ob3.OpenBadgeCredential(
        id=f"urn:uuid:11111111-1111-4111-8111-{number:012}", issuer=ob3.Issuer(id=issuer, name="Atelier", url=HOME), recipient_id="did:example:b",
        achievement=ob3.Achievement(id="urn:uuid:22222222-2222-4222-8222-222222222222", name="Weaver é織", description="Weaves <fine> cloth",
                                    criteria_narrative="Weave", achievement_type="Badge", tags=["loom"]),
        identifiers=[ob3.IdentityObject.create("amina@example.org", "salt")], issuance_date=ISSUED, **more)


def make_ob3(algorithm, private, public):
    at_web = f"{HOME}/{algorithm}"
    did, itself = ob3.did_web_from_url(at_web), ob3.did_jwk_from_jwk(public_jwk_from_pem(public))
    if algorithm != "RS256":  # of which no did:key is made
        itself = ob3.did_key_from_pem(public)
    publish(at_web + "/did.json", ob3.build_did_document(did, [("k1", public_jwk_from_pem(public))]), "application/did+json")
    signer = ob3.OB3Signer(private, algorithm)
    for where, issuer in ((itself[:7], itself), (did[:7], did)):
        badge = credential(issuer, 1)
        carried(f"OB 3.0 JWT {algorithm} {where}", signer, badge, signer.sign(badge), recipient="amina@example.org", verdict="genuine")
    stranger = credential(did, 2)
    keep(f"OB 3.0 JWT {algorithm} by a stranger", "text", ob3.OB3Signer(KeyFactory(KEYS[algorithm]).generate_keypair()[0], algorithm).sign(stranger), verdict="contradicted")
    listed = f"{at_web}/revoked"
    status = ob3.sign_status_list_credential(ob3.build_status_list_credential(did, listed, "revocation", [7], issued=ISSUED), private, algorithm)
    publish(listed, status, "application/vc+jwt")
    for index, verdict in ((6, "genuine"), (7, "not-current")):
        badge = credential(did, 3, credential_status=[ob3.status_entry(listed, "revocation", index)])
        keep(f"OB 3.0 JWT {algorithm} entry {index}", "text", signer.sign(badge), verdict=verdict)
    if algorithm != "EdDSA":
        return
    for where, issuer, method in ((itself[:7], itself, None), (did[:7], did, did + "#k1")):
        embedded, badge = ob3.OB3LdpSigner(private, method), credential(issuer, 4)
        carried(f"OB 3.0 eddsa-rdfc-2022 {where}", embedded, badge, embedded.sign_to_json(badge), recipient="amina@example.org", verdict="genuine")


def make_ob2(algorithm, private, public):
    home = f"{HOME}/2/{algorithm}"
    issuer, key, badge, listed = (f"{home}/{name}" for name in ("issuer.json", "key.json", "badge.json", "revoked.json"))
    publish(issuer, Profile(issuer, "Atelier", HOME, "atelier@atelier.example", None, [key], listed).to_dict())
    publish(key, CryptographicKey(key, issuer, public.decode()).to_dict())
    publish(badge, BadgeClass(badge, "Weaver", "Weaves <fine> cloth", f"{HOME}/2/weaver.png", f"{HOME}/2/criteria", issuer, ["loom"]).to_dict())
    publish(listed, RevocationList(listed, issuer, [{"id": "urn:uuid:33333333-3333-4333-8333-000000000002", "revocationReason": "Unwoven"}]).to_dict())
    signer = ob2.OB2Signer(private, algorithm)

    def assertion(number, kind, at=None):
        return ob2.Assertion(IdentityObject.create("amina@example.org", "salt"), badge, Verification(kind, key if kind == "SignedBadge" else None),
                             id=at or f"urn:uuid:33333333-3333-4333-8333-{number:012}", issued_on=ISSUED)

    carried(f"OB 2.0 signed {algorithm}", signer, assertion(1, "SignedBadge"), signer.sign(assertion(1, "SignedBadge")), recipient="amina@example.org", verdict="genuine")
    keep(f"OB 2.0 signed {algorithm} revoked", "text", signer.sign(assertion(2, "SignedBadge")), verdict="not-current")
    keep(f"OB 2.0 signed {algorithm} by a stranger", "text", ob2.OB2Signer(KeyFactory(KEYS[algorithm]).generate_keypair()[0], algorithm).sign(assertion(3, "SignedBadge")), verdict="contradicted")
    hosted = assertion(4, "HostedBadge", f"{home}/assertion.json")
    publish(hosted.id, hosted.to_dict())
    carried(f"OB 2.0 hosted {algorithm}", signer, hosted, signer.sign(hosted), recipient="amina@example.org", verdict="genuine")


pages[f"{HOME}/2/weaver.png"] = {"status": 200, "content_type": "image/png", "body_b64": base64.b64encode(pictures["png"]).decode()}
for algorithm, kind in KEYS.items():
    private, public = KeyFactory(kind).generate_keypair()
    make_ob3(algorithm, private, public)
    make_ob2(algorithm, private, public)
json.dump({"badges": made, "web": pages}, answers)
