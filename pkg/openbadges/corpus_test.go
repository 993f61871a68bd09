package openbadges

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

func corpusFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("OPENBADGES_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(folder, "MANIFEST.tsv")); err != nil {
		t.Skipf("the test corpus is not here (set OPENBADGES_CORPUS): %v", err)
	}
	return folder
}

func corpusFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusFolder(t), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// exampleOrg serves the hosted files of one folder at the host they were written for.
func exampleOrg(t *testing.T, input []byte) RecordedWeb {
	t.Helper()
	const folder = "dcpv/ob20/assets"
	entries, err := os.ReadDir(filepath.Join(corpusFolder(t), filepath.FromSlash(folder)))
	if err != nil {
		t.Fatal(err)
	}
	web := RecordedWeb{}
	for _, entry := range entries {
		answer := Recording{Status: 200, Body: corpusFile(t, folder+"/"+entry.Name())}
		web["https://example.org/"+entry.Name()], web["http://example.org/"+entry.Name()] = answer, answer
		web.alsoAtItsID(answer.Body)
	}
	if baked, err := bake.FromPNG(input); err == nil {
		input = baked
	}
	web.alsoAtItsID(input)
	return web
}

func (w RecordedWeb) alsoAtItsID(data []byte) {
	if doc, err := parse(data); err == nil {
		w[asID(doc)] = Recording{Status: 200, Body: data}
	}
}

func TestBadgesOfOtherPeoplesPrograms(t *testing.T) {
	for _, test := range []struct {
		path     string
		verdict  Verdict
		findings []string
	}{
		{"dcpv-history/ob20-simple-badge-ea366936.png", Genuine, []string{"proof pass hosted", "issuer pass origin-is-issuers"}},
		{"openbadgeslib/ob1-signed-svg-rsa.svg", Contradicted, []string{"proof unknown key-silent", "achievement unknown achievement-silent"}},
		{"dcpv/ob20/basic-assertion.json", Genuine, []string{"proof pass hosted", "revocation pass still-hosted"}},
		{"dcpv/ob20/simple.jwt", Genuine, []string{"proof pass signed", "issuer pass key-is-issuers"}},
		{"dcpv/ob20/basic-assertion-expired.json", NotCurrent, []string{"proof pass hosted", "dates fail expired"}},
		{"dcpv/ob20/simple-revoked.jwt", NotCurrent, []string{"revocation fail revoked"}},
		{"dcc-fixtures/verifiableCredentials/v2/dataIntegrityProof/didKey/legacyRegistry-noStatus-noExpiry-OBSpecExample.json", Genuine, []string{"proof pass signed", "issuer pass key-is-issuers"}},
		{"dcc-fixtures/verifiableCredentials/v1/ed25519/didKey/oidf-noStatus-noExpiry.json", Contradicted, []string{"proof pass signed", "issuer pass key-is-issuers", "structure fail no-subject"}},
		{"dcc-fixtures/verifiableCredentials/v2/ed25519/didKey/legacy-noStatus-noExpiry-tampered.json", Contradicted, []string{"proof fail altered"}},
		{"dcpv-history/simple-jwt-1f1d17f9.svg", CannotTell, []string{"proof pass signed-by-header", "issuer unknown key-from-header"}},
		{"dcpv/ob30/simple-did-key-method.json", Contradicted, []string{"proof pass signed", "issuer fail key-not-bound"}},
		{"openbadgeslib/ob3-hs256.jwt", Contradicted, []string{"proof fail algorithm-refused"}},
	} {
		t.Run(test.path, func(t *testing.T) {
			input := corpusFile(t, test.path)
			want(t, ask(t, input, exampleOrg(t, input)), test.verdict, test.findings...)
		})
	}
}

// scenario is a case with the whole web of it.
type scenario struct {
	Input struct{ Kind, Value string }
	HTTP  map[string]struct {
		Status      int
		ContentType string `json:"content_type"`
		Body        string
		Base64      string `json:"body_b64"`
	}
}

func (s scenario) web(t *testing.T) RecordedWeb {
	t.Helper()
	web := RecordedWeb{}
	for address, answer := range s.HTTP {
		body := []byte(answer.Body)
		if answer.Base64 != "" {
			var err error
			if body, err = base64.StdEncoding.DecodeString(answer.Base64); err != nil {
				t.Fatal(err)
			}
		}
		web[address] = Recording{Status: answer.Status, ContentType: answer.ContentType, Body: body}
	}
	return web
}

func TestScenariosOfOtherPeoplesPrograms(t *testing.T) {
	for path, test := range map[string]struct {
		verdict    Verdict
		recipients []string
	}{
		"obvc/scenarios/test_verify_function.json":                      {Genuine, nil},
		"obvc/scenarios/test_verify_with_redirection.json":              {Genuine, nil},
		"obvc/scenarios/test_verify_redirected_validation_subject.json": {Genuine, nil},
		"obvc/scenarios/test_validate_linked_endorsement_array.json":    {Genuine, nil},
		"badgr/scenarios/basic_1_0_email_case_variant.json":             {Genuine, []string{"test@example.com"}},
		"badgr/scenarios/basic_1_1_via_url.json":                        {Genuine, []string{"test@example.com"}},
		"badgr/scenarios/basic_1_0_wrong_recipient.json":                {Contradicted, []string{"eve@example.com"}},
		"badgr/scenarios/bad_badgeclass_image.json":                     {Contradicted, nil},
		"badgr/scenarios/bad_date.json":                                 {Contradicted, nil},
		"badgr/scenarios/missing_badge_prop.json":                       {Contradicted, nil},
	} {
		t.Run(path, func(t *testing.T) {
			var s scenario
			if err := json.Unmarshal(corpusFile(t, path), &s); err != nil {
				t.Fatal(err)
			}
			want(t, ask(t, []byte(s.Input.Value), s.web(t), test.recipients...), test.verdict)
		})
	}
}
