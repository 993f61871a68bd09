package proof

import "crypto/ed25519"

type privateKey = ed25519.PrivateKey

func seed(b []byte) privateKey { return ed25519.NewKeyFromSeed(b) }
