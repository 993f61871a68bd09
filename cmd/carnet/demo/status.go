package demo

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// statusBits is the least length of a status list (Bitstring Status List 1.0 §2.2): one among many tells nothing.
const statusBits = 131_072

// withStatus is the one issuer of the demo that keeps a status list.
const withStatus = "tammer"

// status is the credentialStatus of an award; the credential whose list keeps silent has a list of its own.
func (m *maker) status(a award) any {
	if a.achieve.by != withStatus {
		return nil
	}
	list := a.issuer.at("/status/1")
	index := int(binary.BigEndian.Uint32(a.luck.bytes(4)) % statusBits)
	switch a.fate {
	case silent:
		list = a.issuer.at("/status/2")
		m.world.Web[list] = openbadges.Recording{Status: unavailable, ContentType: "text/plain", Body: []byte("being repaired\n")}
	case revoked:
		m.bits[index/8] |= 0x80 >> (index % 8)
	case kept, expired, forged, unexpected:
	}
	return o(
		"id", fmt.Sprintf("%s#%d", list, index),
		"type", "BitstringStatusListEntry",
		"statusPurpose", "revocation",
		"statusListIndex", strconv.Itoa(index),
		"statusListCredential", list,
	)
}

// publishLists publishes all that says what was revoked.
func (m *maker) publishLists(ctx context.Context) error {
	if err := m.publishRevocations(); err != nil {
		return err
	}
	i := m.issuers[withStatus]
	list, err := m.statusList(ctx, i)
	if err != nil {
		return err
	}
	m.publish(i.at("/status/1"), "application/vc", list)
	return nil
}

// statusList is the signed list (Bitstring Status List 1.0 §3.1).
func (m *maker) statusList(ctx context.Context, i *issuer) ([]byte, error) {
	var squeezed bytes.Buffer
	writer := gzip.NewWriter(&squeezed)
	if _, err := writer.Write(m.bits); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	at := i.at("/status/1")
	text, err := o(
		"@context", []string{contextVC2},
		"id", at,
		"type", []string{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer", i.id,
		"validFrom", utc(m.day.AddDate(-2, 0, 0)),
		"credentialSubject", o(
			"id", at+"#list",
			"type", "BitstringStatusList",
			"statusPurpose", "revocation",
			"encodedList", "u"+base64.RawURLEncoding.EncodeToString(squeezed.Bytes()),
		),
	).text()
	if err != nil {
		return nil, err
	}
	return openbadges.SignDataIntegrity(ctx, text, i.key, i.method(), m.day)
}
