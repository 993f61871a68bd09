// Package passkeytest is an authenticator and its browser in software, for tests: it answers WebAuthn requests with real
// CBOR, COSE keys and signatures, and lies where a test wants it to. It knows nothing of Carnet nor of the library that
// judges it.
package passkeytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// The algorithms a Device signs with (COSE).
const (
	ES256 = -7
	EdDSA = -8
)

// The flags of authenticator data (WebAuthn §6.1).
const (
	UserPresent  = 1 << 0
	UserVerified = 1 << 2
	BackedUp     = 1<<3 | 1<<4 // may be, and is
	attested     = 1 << 6
)

// Device holds one passkey. Count goes up with every signature, unless it is 0 and Still.
type Device struct {
	Origin     string // where its browser is
	ID, Handle []byte // what it calls the passkey, and whose it is
	Count      uint32
	Still      bool // it does not count
	key        crypto.Signer
	algorithm  int
}

// New is a device whose browser is at an origin, with a key of its own.
func New(origin string, algorithm int) *Device {
	d := &Device{Origin: origin, ID: make([]byte, 32), algorithm: algorithm}
	must(rand.Read(d.ID))
	if algorithm == EdDSA {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		d.key = key
		must(0, err)
		return d
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(0, err)
	d.key = key
	return d
}

// Lie is what is answered otherwise than it is; the zero Lie is the truth.
type Lie struct {
	Origin, RP, Challenge, Type string
	CrossOrigin                 bool
	Without                     byte   // flags that are not set
	Flags                       byte   // flags that are set too
	Count                       uint32 // the number of signatures, where SetCount
	SetCount                    bool
	ID, Handle                  []byte
	Tamper                      bool // the client data changes after it was signed
	Forge                       bool // the signature is another key's
}

// Make answers a request for a new passkey (CredentialCreationOptions in JSON) with a RegistrationResponseJSON.
func (d *Device) Make(ask []byte, lie Lie) []byte {
	var asked struct {
		PublicKey struct {
			Challenge string
			RP        struct{ ID string }
			User      struct{ ID string }
		}
	}
	must(0, json.Unmarshal(ask, &asked))
	d.Handle = decoded(asked.PublicKey.User.ID)
	client := d.client("webauthn.create", asked.PublicKey.Challenge, lie)
	id := d.ID
	if lie.ID != nil {
		id = lie.ID
	}
	data := d.data(asked.PublicKey.RP.ID, attested, lie)
	data = append(data, make([]byte, 16)...) // a model nobody is told
	data = binary.BigEndian.AppendUint16(data, uint16(len(id)))
	data = append(append(data, id...), d.cose()...)
	object := cbor(pairs{{"fmt", "none"}, {"attStmt", pairs{}}, {"authData", data}})
	return answer(id, map[string]any{
		"clientDataJSON": encoded(client), "attestationObject": encoded(object), "transports": []string{"internal", "of-tomorrow"},
	})
}

// Sign answers a request to sign in (CredentialRequestOptions in JSON) with an AuthenticationResponseJSON.
func (d *Device) Sign(ask []byte, lie Lie) []byte {
	var asked struct {
		PublicKey struct{ Challenge, RPID string }
	}
	must(0, json.Unmarshal(ask, &asked))
	if !d.Still {
		d.Count++
	}
	client := d.client("webauthn.get", asked.PublicKey.Challenge, lie)
	data := d.data(asked.PublicKey.RPID, 0, lie)
	signed := d.sign(client, data)
	if lie.Forge {
		signed = New(d.Origin, d.algorithm).sign(client, data)
	}
	if lie.Tamper {
		client = append(client[:len(client)-1], []byte(`,"extra":1}`)...)
	}
	id, handle := d.ID, d.Handle
	if lie.ID != nil {
		id = lie.ID
	}
	if lie.Handle != nil {
		handle = lie.Handle
	}
	return answer(id, map[string]any{
		"clientDataJSON": encoded(client), "authenticatorData": encoded(data), "signature": encoded(signed), "userHandle": encoded(handle),
	})
}

func (d *Device) sign(client, data []byte) []byte {
	hash := sha256.Sum256(client)
	message := append(append([]byte{}, data...), hash[:]...)
	if d.algorithm == EdDSA {
		signature, err := d.key.Sign(rand.Reader, message, crypto.Hash(0))
		must(0, err)
		return signature
	}
	digest := sha256.Sum256(message)
	signature, err := d.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	must(0, err)
	return signature
}

// client is what the browser says it was asked (WebAuthn §5.8.1).
func (d *Device) client(kind, challenge string, lie Lie) []byte {
	said, err := json.Marshal(map[string]any{
		"type": or(lie.Type, kind), "challenge": or(lie.Challenge, challenge), "origin": or(lie.Origin, d.Origin), "crossOrigin": lie.CrossOrigin,
	})
	must(0, err)
	return said
}

// data is what the device says of itself (WebAuthn §6.1), without a new key.
func (d *Device) data(rp string, flags byte, lie Lie) []byte {
	hash := sha256.Sum256([]byte(or(lie.RP, rp)))
	count := d.Count
	if lie.SetCount {
		count = lie.Count
	}
	flags = (flags | UserPresent | UserVerified | lie.Flags) &^ lie.Without
	return binary.BigEndian.AppendUint32(append(hash[:], flags), count)
}

// cose is the public key (RFC 9053 §7).
func (d *Device) cose() []byte {
	if key, is := d.key.Public().(ed25519.PublicKey); is {
		return cbor(pairs{{1, 1}, {3, EdDSA}, {-1, 6}, {-2, []byte(key)}})
	}
	point, err := d.key.Public().(*ecdsa.PublicKey).Bytes() // 4, x, y
	must(0, err)
	return cbor(pairs{{1, 2}, {3, ES256}, {-1, 1}, {-2, point[1:33]}, {-3, point[33:]}})
}

func answer(id []byte, response map[string]any) []byte {
	said, err := json.Marshal(map[string]any{
		"id": encoded(id), "rawId": encoded(id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
	must(0, err)
	return said
}

// pairs is a map of CBOR in the order it is written.
type pairs [][2]any

// cbor encodes what a passkey needs of RFC 8949.
func cbor(value any) []byte {
	switch v := value.(type) {
	case int:
		if v < 0 {
			return head(1, -1-v)
		}
		return head(0, v)
	case []byte:
		return append(head(2, len(v)), v...)
	case string:
		return append(head(3, len(v)), v...)
	case pairs:
		out := head(5, len(v))
		for _, pair := range v {
			out = append(append(out, cbor(pair[0])...), cbor(pair[1])...)
		}
		return out
	}
	panic(fmt.Sprintf("passkeytest: no CBOR for %T", value))
}

func head(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 256:
		return []byte{major<<5 | 24, byte(n)}
	}
	return []byte{major<<5 | 25, byte(n >> 8), byte(n)}
}

func encoded(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func decoded(text string) []byte {
	data, err := base64.RawURLEncoding.DecodeString(text)
	must(0, err)
	return data
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func must(_ int, err error) {
	if err != nil {
		panic("passkeytest: " + err.Error())
	}
}
