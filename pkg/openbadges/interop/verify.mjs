// Verifies credentials with programs that are not ours, and prints what each found: node verify.mjs FOLDER
import { read } from "./web.mjs";

const { securityLoader } = await import("@digitalcredentials/security-document-loader");
const { verifyCredential } = await import("@digitalcredentials/verifier-core");
const { verifyCredential: verifyVC } = await import("@digitalbazaar/vc");
const { DataIntegrityProof } = await import("@digitalbazaar/data-integrity");
const { cryptosuite } = await import("@digitalbazaar/eddsa-rdfc-2022-cryptosuite");
const { Ed25519Signature2020 } = await import("@digitalbazaar/ed25519-signature-2020");

const documentLoader = securityLoader({ fetchRemoteContexts: true }).build();
const suites = [new DataIntegrityProof({ cryptosuite }), new Ed25519Signature2020()];

// Bazaar says whether a credential verifies; the state of a status list is for verifier-core.
async function bazaar(credential) {
  const result = await verifyVC({ credential, suite: suites, documentLoader, checkStatus: async () => ({ verified: true }) });
  const errors = result.error ? [result.error, ...(result.error.errors ?? [])] : [];
  return { verified: result.verified, says: errors.map((e) => String(e.message)).join("; ") };
}

// DCC answers step by step. Its register of issuers is a web service: nobody's badge is in it here.
async function dcc(credential) {
  const result = await verifyCredential({ credential, knownDIDRegistries: [] });
  const steps = Object.fromEntries((result.log ?? []).map((step) => [step.id, step.valid]));
  const asked = ["valid_signature", "expiration", "revocation_status"].filter((id) => id in steps);
  return { verified: steps.valid_signature === true && asked.every((id) => steps[id]), steps, says: JSON.stringify(result.errors ?? result.log) };
}

const verdicts = [];
for (const { name, credential } of read("credentials.json")) {
  for (const [verifier, verify] of Object.entries({ "@digitalbazaar/vc": bazaar, "@digitalcredentials/verifier-core": dcc })) {
    const verdict = await verify(structuredClone(credential)).catch((e) => ({ verified: false, says: String(e.stack) }));
    verdicts.push({ name, verifier, ...verdict });
  }
}
process.stdout.write(JSON.stringify(verdicts));
