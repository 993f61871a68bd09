package mail

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// TestATrialTellsTheConversationAndNoPassword tries a letter that is taken and one that is refused.
func TestATrialTellsTheConversationAndNoPassword(t *testing.T) {
	m := serve(t, "starttls")
	said, err := poster(t, m, "smtp://carnet:p%3Ass%2Fw%40rd@", "").Try(t.Context(), welcome)
	if err != nil || len(m.letters()) != 1 {
		t.Fatalf("%v, %d letters", err, len(m.letters()))
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{"C: EHLO carnet.example.net", "C: STARTTLS", "S: 250", "C: RCPT TO:<maria@example.org>"} {
		if !strings.Contains(all, want) {
			t.Errorf("it does not say %q:\n%s", want, all)
		}
	}
	for _, secret := range []string{"p:ss/w@rd", base64.StdEncoding.EncodeToString([]byte("\x00carnet\x00p:ss/w@rd")), "Märía", "long long"} {
		if strings.Contains(all, secret) {
			t.Errorf("it says %q:\n%s", secret, all)
		}
	}
	m.refuse["RCPT"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	said, err = poster(t, m, "smtp://", "").Try(t.Context(), welcome)
	if !errors.Is(err, ErrRefusedForGood) || !strings.Contains(strings.Join(said, "\n"), "no such mailbox") {
		t.Errorf("refused: %v\n%s", err, strings.Join(said, "\n"))
	}
}
