package proof

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const plainBadge = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id":"https://issuer.example/credentials/1","type":["VerifiableCredential","OpenBadgeCredential"],"name":"Teamwork",
"issuer":{"id":"did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH","type":["Profile"],"name":"Example School","url":"https://issuer.example"},
"validFrom":"2025-01-01T00:00:00Z","credentialSubject":{"id":"did:example:someone","type":["AchievementSubject"],"achievement":{
"id":"https://issuer.example/achievements/1","type":["Achievement"],"criteria":{"narrative":"Named by those who worked with them."},"name":"Teamwork",
"description":"Works well with others, and lets others work well.","image":{"id":"https://issuer.example/1.png","type":"Image"}}}}`

// richBadge has what makes canonicalisation work: alignments that are blank nodes, and lists that look alike.
func richBadge() string {
	var alignments, descriptions, results []string
	for i := range 11 {
		alignments = append(alignments, fmt.Sprintf(`{"type":["Alignment"],"targetName":"Skill %d","targetType":"ceasn:Competency","targetCode":"S-%d",
"targetFramework":"A framework of skills","targetUrl":"https://skills.example/%d","targetDescription":"What one can do who has learnt this, in a sentence or two, the way that frameworks put it."}`, i, i, i))
	}
	for i := range 3 {
		descriptions = append(descriptions, fmt.Sprintf(`{"id":"urn:uuid:0%d","type":["ResultDescription"],"name":"Result %d","resultType":"LetterGrade",
"allowedValue":["A","B","C","D","F"],"requiredValue":"C"}`, i, i))
		results = append(results, fmt.Sprintf(`{"type":["Result"],"resultDescription":"urn:uuid:0%d","value":"A","alignment":[{"type":["Alignment"],
"targetName":"Grade %d","targetUrl":"https://grades.example/%d"}]}`, i, i, i))
	}
	more := fmt.Sprintf(`"achievementType":"Certificate","tag":["a","b","c"],"alignment":[%s],"resultDescription":[%s],"criteria":{`,
		strings.Join(alignments, ","), strings.Join(descriptions, ","))
	return strings.NewReplacer(`"criteria":{`, more, `"type":["AchievementSubject"]`, `"type":["AchievementSubject"],"result":[`+strings.Join(results, ",")+`]`).Replace(plainBadge)
}

// signedBadge is the badge under a did:key's proof.
func signedBadge(t testing.TB, badge string) []byte {
	t.Helper()
	key := seed([]byte(strings.Repeat("k", 32)))
	name, err := did.Key(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := SignEdDSARDFC2022(context.Background(), []byte(badge), key, name+"#"+strings.TrimPrefix(name, "did:key:"), made)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// verifyText is a whole verification: from the bytes to the result.
func verifyText(t testing.TB, signed []byte) {
	value, err := strict.Decode(signed)
	if err != nil {
		t.Fatal(err)
	}
	results, err := VerifyDataIntegrity(context.Background(), value.(map[string]any), offline)
	if err != nil || results[0].Err != nil {
		t.Fatal(err, results)
	}
}

func BenchmarkVerifyDataIntegrity(b *testing.B) {
	for name, badge := range map[string]string{"small": plainBadge, "full": richBadge()} {
		signed := signedBadge(b, badge)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(signed)))
			for b.Loop() {
				verifyText(b, signed)
			}
		})
	}
}
