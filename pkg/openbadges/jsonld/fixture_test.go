package jsonld

import (
	"fmt"
	"strings"
	"testing"
)

// small is a credential as many issuers make them: 1.2 KB with its proof, 18 statements.
const small = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id":"https://badges.example.org/credentials/1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Teamwork",
"issuer":{"id":"did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH","type":["Profile"],"name":"Example School","url":"https://school.example.org"},
"validFrom":"2025-01-01T00:00:00Z",
"credentialSubject":{"id":"did:example:someone","type":["AchievementSubject"],"achievement":{"id":"https://badges.example.org/achievements/teamwork",
"type":["Achievement"],"criteria":{"narrative":"Named by those who worked with them."},"description":"Works well with others, and lets others work well: listens, asks, says what is missing, shares what is known.",
"name":"Teamwork","image":{"id":"https://badges.example.org/teamwork.png","type":"Image"}}}}`

// full adds what a university might: results, alignments, addresses, evidence, an endorsement. Some 6 KB and 190 statements.
func full() string {
	var alignments, results, descriptions, evidence []string
	for i := range 8 {
		alignments = append(alignments, fmt.Sprintf(`{"type":["Alignment"],"targetName":"Skill %d","targetType":"ceasn:Competency","targetCode":"S-%d",
			"targetFramework":"A framework of skills","targetUrl":"https://skills.example.org/%d","targetDescription":"What one can do who has learnt this skill, in a sentence or two, the way frameworks put it."}`, i, i, i))
	}
	for i := range 3 {
		id := fmt.Sprintf("urn:uuid:00000000-0000-4000-8000-00000000000%d", i)
		descriptions = append(descriptions, fmt.Sprintf(`{"id":%q,"type":["ResultDescription"],"name":"Result %d","resultType":"LetterGrade",
			"allowedValue":["A","B","C","D","F"],"requiredValue":"C"}`, id, i))
		results = append(results, fmt.Sprintf(`{"type":["Result"],"resultDescription":%q,"value":"A","alignment":[{"type":["Alignment"],
			"targetName":"Grade %d","targetUrl":"https://grades.example.org/%d"}]}`, id, i, i))
		evidence = append(evidence, fmt.Sprintf(`{"id":"https://work.example.org/%d","type":["Evidence"],"name":"Piece %d",
			"narrative":"A longer text about what was made, with whom, and what was learnt on the way: the kind of text that people write when they are asked to."}`, i, i))
	}
	subject := fmt.Sprintf(`"identifier":[{"type":"IdentityObject","hashed":true,"identityHash":"sha256$0f","identityType":"emailAddress","salt":"s"}],
		"activityStartDate":"2024-08-01T00:00:00Z","creditsEarned":5.5,"result":[%s],`, strings.Join(results, ","))
	achievement := fmt.Sprintf(`"achievementType":"Certificate","tag":["team","work","peer review"],"alignment":[%s],"resultDescription":[%s],`,
		strings.Join(alignments, ","), strings.Join(descriptions, ","))
	return strings.NewReplacer(
		`"id":"did:example:someone",`, `"id":"did:example:someone",`+subject,
		`"criteria":`, achievement+`"criteria":`,
		`"validFrom":`, `"validUntil":"2035-01-01T00:00:00Z","awardedDate":"2025-01-02T00:00:00Z","evidence":[`+strings.Join(evidence, ",")+`],"validFrom":`,
		`"url":"https://school.example.org"`, `"url":"https://school.example.org","email":"badges@example.org","address":{"type":["Address"],
		"addressCountry":"Finland","addressLocality":"Oulu","postalCode":"90100","geo":{"type":"GeoCoordinates","latitude":65.01,"longitude":25.47}}`,
	).Replace(small)
}

// withProof is a credential with the proof it is verified with.
func withProof(text string) string {
	return strings.TrimSuffix(text, "}") + `,"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"2025-01-01T00:00:00Z",
"verificationMethod":"did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH#z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
"proofPurpose":"assertionMethod","proofValue":"z2a1"}}`
}

// ordinary are documents that must take the fast road: they are what verification is made of.
func ordinary() []string {
	endorsed := strings.Replace(small, `"name":"Teamwork","image"`, `"endorsement":[`+withProof(strings.NewReplacer("OpenBadgeCredential", "EndorsementCredential", "credentials/1", "endorsements/1").Replace(small))+`],"name":"Teamwork","image"`, 1)
	return []string{
		small, full(), withProof(small), withProof(full()), endorsed,
		strings.ReplaceAll(strings.NewReplacer("ns/credentials/v2", "2018/credentials/v1", "validFrom", "issuanceDate").Replace(small), "3.0.3", "3.0.1"),
		strings.Replace(small, `"name":"Teamwork",`, `"name":{"@value":"Teamwork","@language":"en"},"description":[{"@value":"x"},null],"credentialStatus":{"id":"https://s.example/1","type":"BitstringStatusListEntry",
			"statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://s.example/list"},`, 1),
		strings.Replace(strings.Replace(small, `3.0.3.json"]`, `3.0.3.json","https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]`, 1), `"name":"Teamwork",`, `"credentialSchema":{"id":"https://s.example/schema.json","type":"1EdTechJsonSchemaValidator2019"},"refreshService":{"id":"https://r.example","type":"1EdTechCredentialRefresh"},`, 1),
		`{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"https://s.example/list","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"did:example:1",
			"credentialSubject":{"id":"https://s.example/list#list","type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"uH4sI"}}`,
		`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"2025-01-01T00:00:00Z",
			"verificationMethod":"did:key:z6Mk#z6Mk","proofPurpose":"assertionMethod"}`,
	}
}

func TestOrdinaryDocumentsTakeTheFastRoad(t *testing.T) {
	for _, text := range ordinary() {
		if !agree(t, decode(t, text)) {
			_, err := expanded(decode(t, text))
			t.Errorf("not fast: %v\n%s", err, text)
		}
	}
	quads, _ := compiled(decode(t, small))
	many, _ := compiled(decode(t, full()))
	t.Logf("small: %d bytes, %d quads; full: %d bytes, %d quads", len(withProof(small)), len(quads), len(withProof(full())), len(many))
}
