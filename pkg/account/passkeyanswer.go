package account

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/carnetbadges/carnet/store"
)

// longestAnswer bounds what a browser says for a passkey, in bytes: real answers have one or two thousand.
const longestAnswer = 32 << 10

// newJudge is what judges passkeys for a public address: its host is their relying party, and itself their only origin.
// It is nil where there can be none, because the host is not a name (WebAuthn §5.1.2 wants a domain).
func newJudge(public string) *webauthn.WebAuthn {
	address, err := url.Parse(public)
	if err != nil || address.Hostname() == "" || protocol.ValidateRPID(address.Hostname()) != nil {
		return nil
	}
	judge, err := webauthn.New(&webauthn.Config{
		RPID: address.Hostname(), RPDisplayName: "Carnet", RPOrigins: []string{public},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		// Some password managers answer more than they were asked; nothing here reads it.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil
	}
	return judge
}

// keyholder is a person as the library of passkeys sees them. Their handle is their id: it tells nobody anything.
type keyholder struct {
	person store.Person
	email  string
	keys   []store.Passkey
}

// WebAuthnID is the user handle.
func (k keyholder) WebAuthnID() []byte { return []byte(k.person.ID) }

// WebAuthnName is what a device lists the passkey under.
func (k keyholder) WebAuthnName() string { return k.email }

// WebAuthnDisplayName is the name beside it.
func (k keyholder) WebAuthnDisplayName() string { return k.person.Name }

// WebAuthnCredentials are the passkeys there are.
func (k keyholder) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, 0, len(k.keys))
	for _, key := range k.keys {
		one := webauthn.Credential{ID: key.CredentialID, PublicKey: key.PublicKey}
		one.Flags.BackupEligible = key.Backup
		one.Authenticator.SignCount = uint32(key.SignCount)
		for _, transport := range strings.Fields(key.Transports) {
			one.Transport = append(one.Transport, protocol.AuthenticatorTransport(transport))
		}
		all = append(all, one)
	}
	return all
}

// ceremony is what a challenge stands for while a browser answers it.
func (d *Desk) ceremony(challenge string) webauthn.SessionData {
	return webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: d.judge.Config.RPID, UserVerification: protocol.VerificationRequired,
		CredParams: webauthn.CredentialParametersRecommendedL3(),
	}
}

// readNew reads what a browser says of a new passkey; ErrPasskey when it is no such thing.
func readNew(answer []byte) (*protocol.ParsedCredentialCreationData, error) {
	if len(answer) > longestAnswer {
		return nil, ErrPasskey
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, ErrPasskey
	}
	return parsed, nil
}

// readSigned reads what a browser says by a passkey; ErrPasskey when it is no such thing.
func readSigned(answer []byte) (*protocol.ParsedCredentialAssertionData, error) {
	if len(answer) > longestAnswer {
		return nil, ErrPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, ErrPasskey
	}
	return parsed, nil
}

// judgeNew is the new passkey an answer proves, for a person and a challenge; ErrPasskey.
func (d *Desk) judgeNew(holder keyholder, challenge string, answer *protocol.ParsedCredentialCreationData) (store.Passkey, error) {
	asked := d.ceremony(challenge)
	asked.UserID = holder.WebAuthnID()
	made, err := d.judge.CreateCredential(holder, asked, answer)
	if err != nil || len(made.ID) > longestCredentialID {
		return store.Passkey{}, ErrPasskey
	}
	var transports []string
	for _, one := range made.Transport {
		if known(one) {
			transports = append(transports, string(one))
		}
	}
	return store.Passkey{
		PersonID: holder.person.ID, CredentialID: made.ID, PublicKey: made.PublicKey, SignCount: int64(made.Authenticator.SignCount),
		Backup: made.Flags.BackupEligible, Transports: strings.Join(transports, " "),
	}, nil
}

// longestCredentialID is WebAuthn's own bound (§7.1, step 25), in bytes.
const longestCredentialID = 1023

// known keeps to the transports the standard names (§5.8.4): a browser may say anything.
func known(transport protocol.AuthenticatorTransport) bool {
	switch transport {
	case protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal:
		return true
	}
	return false
}

// judgeSigned tells how often a passkey says it has signed, once an answer proves it for this challenge. ErrPasskey;
// errCloned when it has said a higher number before.
func (d *Desk) judgeSigned(holder keyholder, challenge string, answer *protocol.ParsedCredentialAssertionData) (count int64, err error) {
	find := func(raw, handle []byte) (webauthn.User, error) {
		if !bytes.Equal(handle, holder.WebAuthnID()) {
			return nil, ErrPasskey
		}
		return holder, nil
	}
	_, used, err := d.judge.ValidatePasskeyLogin(find, d.ceremony(challenge), answer)
	if err != nil {
		return 0, ErrPasskey
	}
	if used.Authenticator.CloneWarning {
		return 0, errCloned
	}
	return int64(used.Authenticator.SignCount), nil
}
