// Signs the credentials of FOLDER with programs that are not ours, and prints them: node sign.mjs FOLDER
import { read } from "./web.mjs";

const { securityLoader } = await import("@digitalcredentials/security-document-loader");
const { issue } = await import("@digitalbazaar/vc");
const { DataIntegrityProof } = await import("@digitalbazaar/data-integrity");
const { cryptosuite } = await import("@digitalbazaar/eddsa-rdfc-2022-cryptosuite");
const { Ed25519Signature2020 } = await import("@digitalbazaar/ed25519-signature-2020");
const { Ed25519VerificationKey2020 } = await import("@digitalbazaar/ed25519-verification-key-2020");
const Multikey = await import("@digitalbazaar/ed25519-multikey");

const documentLoader = securityLoader({ fetchRemoteContexts: true }).build();
const date = "2026-10-01T00:00:00Z";

const signed = [];
for (const { name, credential, suite } of read("unsigned.json")) {
  const key = await Ed25519VerificationKey2020.generate();
  const did = `did:key:${key.publicKeyMultibase}`;
  Object.assign(key, { id: `${did}#${key.publicKeyMultibase}`, controller: did });
  credential.issuer.id = did;
  const how = suite === "Ed25519Signature2020"
    ? new Ed25519Signature2020({ key, date })
    : new DataIntegrityProof({ signer: (await Multikey.from({ ...(await key.export({ publicKey: true, privateKey: true })), type: "Ed25519VerificationKey2020" })).signer(), date, cryptosuite });
  signed.push({ name, credential: await issue({ credential, suite: how, documentLoader }) });
}
process.stdout.write(JSON.stringify(signed));
