package account

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account/passkeytest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

const (
	home       = "https://carnet.example"
	thisWindow = "this browser"
)

// adds makes a passkey of a person on a device.
func adds(t *testing.T, d *Desk, person store.Person, device *passkeytest.Device) store.Passkey {
	t.Helper()
	ask, err := d.AskNewPasskey(t.Context(), person, thisWindow)
	if err != nil {
		t.Fatal(err)
	}
	key, err := d.AddPasskey(t.Context(), person, thisWindow, "here", "Laptop", device.Make(ask, passkeytest.Lie{}))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// opens signs in by a device that may lie.
func opens(t *testing.T, d *Desk, device *passkeytest.Device, lie passkeytest.Lie) (store.Person, error) {
	t.Helper()
	ask, err := d.AskPasskey(t.Context(), thisWindow)
	if err != nil {
		t.Fatal(err)
	}
	return d.OpenByPasskey(t.Context(), thisWindow, device.Sign(ask, lie))
}

func bob() Joining {
	return Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword, Language: "en"}
}

func TestAPasskeyOpensItsHoldersPassport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		ada := confirmed(t, d, s, ada())
		for name, algorithm := range map[string]int{"ES256": passkeytest.ES256, "EdDSA": passkeytest.EdDSA} {
			device := passkeytest.New(home, algorithm)
			elsewhere := browser(t, s, ada.ID, "elsewhere "+name)
			key := adds(t, d, ada, device)
			if key.Transports != "internal" || key.Name != "Laptop" || isOpen(t, s, elsewhere) {
				t.Errorf("%s: kept as %+v, elsewhere open: %v", name, key, isOpen(t, s, elsewhere))
			}
			if told := letters(t, s); len(told) != 1 || told[0].What != PasskeyAdded {
				t.Errorf("%s: letters %+v", name, told)
			}
			clock.pass(time.Hour)
			for range 3 {
				if got, err := opens(t, d, device, passkeytest.Lie{}); err != nil || got.ID != ada.ID {
					t.Fatalf("%s: %v %v", name, got.ID, err)
				}
			}
			kept, err := s.PasskeyByCredential(t.Context(), device.ID)
			if err != nil || kept.SignCount != 3 || kept.LastUsedAt == nil || !kept.LastUsedAt.Equal(clock.Now()) {
				t.Errorf("%s: after three times %+v %v", name, kept, err)
			}
		}
	})
}

// TestAPasskeyThatLiesOpensNothing is AUTH-6: each lie alone, while the truth beside it opens.
func TestAPasskeyThatLiesOpensNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		device, his := passkeytest.New(home, passkeytest.ES256), passkeytest.New(home, passkeytest.EdDSA)
		adds(t, d, ada, device)
		adds(t, d, bob, his)
		if _, err := opens(t, d, device, passkeytest.Lie{}); err != nil {
			t.Fatal(err)
		}
		for name, lie := range map[string]passkeytest.Lie{
			"its holder is not verified":        {Without: passkeytest.UserVerified},
			"nobody is there":                   {Without: passkeytest.UserPresent},
			"another origin":                    {Origin: "https://carnet.example.evil.example"},
			"another scheme":                    {Origin: "http://carnet.example"},
			"another port":                      {Origin: "https://carnet.example:8443"},
			"a subdomain":                       {Origin: "https://x.carnet.example"},
			"within another site":               {CrossOrigin: true},
			"another relying party":             {RP: "evil.example"},
			"a challenge of its own":            {Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
			"no challenge":                      {Challenge: " "},
			"made, not signed":                  {Type: "webauthn.create"},
			"a count gone back":                 {SetCount: true, Count: 1},
			"no more counting":                  {SetCount: true, Count: 0},
			"another's passkey":                 {ID: his.ID},
			"another's name":                    {Handle: his.Handle},
			"another's passkey and name":        {ID: his.ID, Handle: his.Handle},
			"nobody's passkey":                  {ID: []byte("nobody's")},
			"no name":                           {Handle: []byte{}},
			"client data changed":               {Tamper: true},
			"another key":                       {Forge: true},
			"kept elsewhere all of a sudden":    {Flags: passkeytest.BackedUp},
			"a new key inside, which is no key": {Flags: 1 << 6},
		} {
			if got, err := opens(t, d, device, lie); !errors.Is(err, ErrPasskey) || got.ID != "" {
				t.Errorf("%s: %q %v", name, got.ID, err)
			}
			device.Count += 2
			if _, err := opens(t, d, device, passkeytest.Lie{}); err != nil {
				t.Fatalf("after %s the truth does not open: %v", name, err)
			}
		}
		log, _, err := s.AuditOf(t.Context(), ada.ID, "", 50)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for _, e := range log {
			if e.What == PasskeyRefused {
				refused++
			}
		}
		if refused != 2 {
			t.Errorf("%d refusals of what counts backwards stand in the log", refused)
		}
	})
}

func TestADeviceThatDoesNotCountOpensEveryTime(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	ada := confirmed(t, d, s, ada())
	device := passkeytest.New(home, passkeytest.ES256)
	device.Still = true
	adds(t, d, ada, device)
	for range 3 {
		if _, err := opens(t, d, device, passkeytest.Lie{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAChallengeIsOneBrowsersForFiveMinutesAndOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		ctx := t.Context()
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		device := passkeytest.New(home, passkeytest.ES256)
		device.Still = true
		adds(t, d, ada, device)

		ask := func() []byte {
			asked, err := d.AskPasskey(ctx, thisWindow)
			if err != nil {
				t.Fatal(err)
			}
			return asked
		}
		answer := device.Sign(ask(), passkeytest.Lie{})
		if _, err := d.OpenByPasskey(ctx, "another browser", answer); !errors.Is(err, ErrPasskey) {
			t.Errorf("in another browser: %v", err)
		}
		if _, err := d.OpenByPasskey(ctx, thisWindow, answer); err != nil {
			t.Errorf("in its own: %v", err)
		}
		if _, err := d.OpenByPasskey(ctx, thisWindow, answer); !errors.Is(err, ErrPasskey) {
			t.Errorf("once more: %v", err)
		}

		late := device.Sign(ask(), passkeytest.Lie{})
		clock.pass(challengeLasts)
		if _, err := d.OpenByPasskey(ctx, thisWindow, late); !errors.Is(err, ErrPasskey) {
			t.Errorf("after five minutes: %v", err)
		}

		forged := ask()
		if _, err := d.OpenByPasskey(ctx, thisWindow, device.Sign(forged, passkeytest.Lie{Forge: true})); !errors.Is(err, ErrPasskey) {
			t.Errorf("forged: %v", err)
		}
		if _, err := d.OpenByPasskey(ctx, thisWindow, device.Sign(forged, passkeytest.Lie{})); !errors.Is(err, ErrPasskey) {
			t.Errorf("a challenge that was answered falsely is good for the truth: %v", err)
		}

		his := passkeytest.New(home, passkeytest.ES256)
		toMake, err := d.AskNewPasskey(ctx, ada, thisWindow)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.OpenByPasskey(ctx, thisWindow, device.Sign(toMake, passkeytest.Lie{RP: "carnet.example"})); !errors.Is(err, ErrPasskey) {
			t.Errorf("a challenge to make signs in: %v", err)
		}
		if _, err := d.AddPasskey(ctx, bob, thisWindow, "", "His", his.Make(toMake, passkeytest.Lie{})); !errors.Is(err, ErrPasskey) {
			t.Errorf("made by another than was asked: %v", err)
		}

		replayed := device.Sign(ask(), passkeytest.Lie{})
		var heard atomic.Int64
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if _, err := d.OpenByPasskey(ctx, thisWindow, replayed); err == nil {
					heard.Add(1)
				}
			})
		}
		wait.Wait()
		if heard.Load() != 1 {
			t.Errorf("an answer sent twenty times at once opens %d times", heard.Load())
		}
	})
}

func TestAPasskeyIsMadeOnlyAsItWasAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		his := passkeytest.New(home, passkeytest.ES256)
		adds(t, d, bob, his)
		for name, lie := range map[string]passkeytest.Lie{
			"its holder is not verified": {Without: passkeytest.UserVerified},
			"nobody is there":            {Without: passkeytest.UserPresent},
			"another origin":             {Origin: "https://evil.example"},
			"another relying party":      {RP: "evil.example"},
			"another challenge":          {Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
			"signed, not made":           {Type: "webauthn.get"},
			"within another site":        {CrossOrigin: true},
			"without a key":              {Without: 1 << 6},
			"a name too long":            {ID: bytes.Repeat([]byte{1}, 1024)},
			"no name":                    {ID: []byte{}},
		} {
			ask, err := d.AskNewPasskey(t.Context(), ada, thisWindow)
			if err != nil {
				t.Fatal(err)
			}
			device := passkeytest.New(home, passkeytest.ES256)
			if _, err := d.AddPasskey(t.Context(), ada, thisWindow, "", "Laptop", device.Make(ask, lie)); !errors.Is(err, ErrPasskey) {
				t.Errorf("%s: %v", name, err)
			}
		}
		ask, err := d.AskNewPasskey(t.Context(), ada, thisWindow)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddPasskey(t.Context(), ada, thisWindow, "", "Laptop", his.Make(ask, passkeytest.Lie{})); !errors.Is(err, store.ErrTaken) {
			t.Errorf("one that another person has: %v", err)
		}
		if keys, err := s.Passkeys(t.Context(), ada.ID); err != nil || len(keys) != 0 {
			t.Errorf("kept: %v %v", keys, err)
		}
		for _, name := range []string{"", "\u200b\n", strings.Repeat("a", 101)} {
			if _, err := d.AddPasskey(t.Context(), ada, thisWindow, "", name, nil); !isMistake(err, "name") {
				t.Errorf("called %q: %v", name, err)
			}
		}
	})
}

func isMistake(err error, field string) bool {
	var mistakes Mistakes
	return errors.As(err, &mistakes) && mistakes[field] != ""
}

func TestNobodyHasTooManyPasskeys(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	ada := confirmed(t, d, s, ada())
	for i := range mostPasskeys {
		if err := s.AddPasskey(t.Context(), &store.Passkey{PersonID: ada.ID, CredentialID: []byte(fmt.Sprint(i)), PublicKey: []byte("x"), Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.AskNewPasskey(t.Context(), ada, thisWindow); !isMistake(err, "passkey") {
		t.Errorf("one more: %v", err)
	}
}

// ASVS: V7.4.3
func TestARemovedPasskeyAndADisabledPersonsOpenNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		ctx := t.Context()
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		lost, kept := passkeytest.New(home, passkeytest.ES256), passkeytest.New(home, passkeytest.EdDSA)
		key := adds(t, d, ada, lost)
		adds(t, d, ada, kept)
		letters(t, s)
		if err := d.RemovePasskey(ctx, bob.ID, "", key.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("removed by another: %v", err)
		}
		if err := d.RenamePasskey(ctx, bob.ID, key.ID, "Mine"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("renamed by another: %v", err)
		}
		if told := letters(t, s); len(told) != 0 {
			t.Errorf("nothing was done, yet told: %+v", told)
		}
		here, elsewhere := browser(t, s, ada.ID, "here"), browser(t, s, ada.ID, "elsewhere")
		if err := d.RemovePasskey(ctx, ada.ID, "here", key.ID); err != nil {
			t.Fatal(err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) {
			t.Error("the wrong sessions ended")
		}
		if told := letters(t, s); len(told) != 1 || told[0].What != PasskeyRemoved {
			t.Errorf("told: %+v", told)
		}
		if _, err := opens(t, d, lost, passkeytest.Lie{}); !errors.Is(err, ErrPasskey) {
			t.Errorf("removed, it opens: %v", err)
		}
		if _, err := opens(t, d, kept, passkeytest.Lie{}); err != nil {
			t.Errorf("the one that stays: %v", err)
		}
		now := clock.Now()
		ada.DisabledAt = &now
		if err := s.UpdatePerson(ctx, &ada); err != nil {
			t.Fatal(err)
		}
		if _, err := opens(t, d, kept, passkeytest.Lie{}); !errors.Is(err, ErrPasskey) {
			t.Errorf("disabled: %v", err)
		}
	})
}

func TestAnAnswerHasALimit(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	ada := confirmed(t, d, s, ada())
	device := passkeytest.New(home, passkeytest.ES256)
	adds(t, d, ada, device)
	for name, answer := range map[string][]byte{
		"spaces":      append(bytes.Repeat([]byte(" "), longestAnswer), '{', '}'),
		"a long name": []byte(`{"id":"` + strings.Repeat("A", longestAnswer) + `"}`),
		"nothing":     nil,
		"null":        []byte("null"),
		"two":         []byte("{}{}"),
		"not JSON":    []byte("\x00\xff"),
		"deep":        []byte(strings.Repeat(`{"id":`, 5000)),
	} {
		if _, err := d.OpenByPasskey(t.Context(), thisWindow, answer); !errors.Is(err, ErrPasskey) {
			t.Errorf("%s signs in: %v", name, err)
		}
		if _, err := d.AddPasskey(t.Context(), ada, thisWindow, "", "x", answer); !errors.Is(err, ErrPasskey) {
			t.Errorf("%s is added: %v", name, err)
		}
	}
}

func TestWhereTheAddressIsANumberThereAreNoPasskeys(t *testing.T) {
	for public, work := range map[string]bool{
		"https://carnet.example": true, "http://localhost:8080": true, "https://badges.carnet.example:8443": true,
		"http://127.0.0.1:8080": false, "http://[::1]:8080": false, "": false,
	} {
		d := New(Options{PublicURL: public})
		if d.PasskeysWork() != work {
			t.Errorf("%s: %v", public, !work)
		}
		if work {
			continue
		}
		if _, err := d.AskPasskey(t.Context(), ""); !errors.Is(err, ErrNoPasskeys) {
			t.Errorf("%s: %v", public, err)
		}
		if _, err := d.OpenByPasskey(t.Context(), "", nil); !errors.Is(err, ErrNoPasskeys) {
			t.Errorf("%s: %v", public, err)
		}
	}
}

func TestOfferingAPasskeyStopsWhenDeclined(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	ada := confirmed(t, d, s, ada())
	if err := d.DeclinePasskey(t.Context(), ada.ID); err != nil {
		t.Fatal(err)
	}
	if wanted, err := s.WantsPasskeyOffer(t.Context(), ada.ID); err != nil || wanted {
		t.Errorf("offered again: %v %v", wanted, err)
	}
}

// FuzzPasskeyAnswers lets anything be answered: it may never panic, and never be taken for what it is not.
func FuzzPasskeyAnswers(f *testing.F) {
	d := New(Options{PublicURL: home})
	ask := []byte(`{"publicKey":{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rp":{"id":"carnet.example"},"rpId":"carnet.example","user":{"id":"YWRh"}}}`)
	for _, algorithm := range []int{passkeytest.ES256, passkeytest.EdDSA} {
		device := passkeytest.New(home, algorithm)
		f.Add(device.Make(ask, passkeytest.Lie{}))
		f.Add(device.Sign(ask, passkeytest.Lie{}))
	}
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{}}`))
	holder := keyholder{person: store.Person{ID: "grace"}, keys: []store.Passkey{{CredentialID: []byte("x"), PublicKey: []byte("y")}}}
	const challenge = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA"
	f.Fuzz(func(t *testing.T, answer []byte) {
		if made, err := readNew(answer); err == nil {
			if _, err := d.judgeNew(holder, challenge, made); err == nil {
				t.Error("made for a challenge nobody knows")
			}
			d.judgeNew(keyholder{person: store.Person{ID: "ada"}}, made.Response.CollectedClientData.Challenge, made)
		}
		if signed, err := readSigned(answer); err == nil {
			if _, err := d.judgeSigned(holder, challenge, signed); err == nil {
				t.Error("signed by a key that signs nothing")
			}
		}
	})
}
