package openbadges

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"
)

const hundredMB = 100_000_000

// spent is what a piece of work has cost.
type spent struct {
	allocated, peak uint64 // bytes: of all allocations together, and of the heap at its largest beyond what it was
	took            time.Duration
}

func (s spent) String() string {
	return fmt.Sprintf("%.1f MiB allocated, heap up by %.1f MiB at most, %s", float64(s.allocated)/(1<<20), float64(s.peak)/(1<<20), s.took.Round(time.Millisecond))
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// cost measures what work costs; nothing else may run meanwhile.
func cost(work func()) spent {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	low, done, highest := heap(), make(chan bool), make(chan uint64)
	go func() {
		high := uint64(0)
		for {
			high = max(high, heap())
			select {
			case <-done:
				highest <- high
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	began := time.Now()
	work()
	s := spent{took: time.Since(began)}
	close(done)
	s.peak = max(<-highest, low) - low
	runtime.ReadMemStats(&after)
	s.allocated = after.TotalAlloc - before.TotalAlloc
	return s
}

// ASVS: V5.2.1
func TestInputOfAHundredMegabytesIsRefusedUnread(t *testing.T) {
	if raced {
		t.Skip("nothing is measured with the race detector")
	}
	fill := func(start, unit string) []byte {
		return append([]byte(start), bytes.Repeat([]byte(unit), hundredMB/len(unit))...)
	}
	for name, test := range map[string]struct {
		input []byte
		want  Reason
	}{
		"JSON":           {fill(`{"a":"`, "x"), ReasonTooLarge},
		"a token":        {fill("eyJh.", "x"), ReasonTooLarge},
		"an address":     {fill("https://a.example/", "x"), ReasonTooLarge},
		"a data address": {fill("data:image/png;base64,", "A"), ReasonTooLarge},
		"SVG":            {fill("<svg>", "<g/>"), ReasonTooLarge},
		"SVG, Latin-1":   {fill(`<?xml version="1.0" encoding="iso-8859-1"?><svg>`, "\xe9"), ReasonTooLarge},
		"SVG, no text":   {fill("<svg>", "\xff"), ReasonTooLarge},
		"PNG":            {fill("\x89PNG\r\n\x1a\n", "\x00"), ReasonTooLarge},
		"PDF":            {fill("%PDF-1.7\n", "1 0 obj "), ReasonTooLarge},
		"white space":    {fill("", " "), ReasonEmpty},
		"zeros":          {fill("", "\x00"), ReasonTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			s := cost(func() { _, err = Read(context.Background(), test.input, nil) })
			t.Log(s)
			var not *NotBadge
			if !errors.As(err, &not) || not.Reason != test.want || s.allocated > 1<<20 || s.took > 2*time.Second {
				t.Errorf("%v; %s", err, s)
			}
		})
	}
}

// gigabyte is 1 GiB of zeros, deflated (RFC 1951).
func gigabyte(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for zeros := range slices.Values(slices.Repeat([][]byte{make([]byte, 1<<20)}, 1<<10)) {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bombs are 1 GiB of zeros in every place where something is inflated. The checksums at their ends are never reached.
// ASVS: V5.2.3
func TestBombOfAGigabyteIsDefused(t *testing.T) {
	if raced {
		t.Skip("nothing is measured with the race detector")
	}
	zeros := gigabyte(t)
	zlib := slices.Concat([]byte{0x78, 0x9c}, zeros, []byte{0, 0, 0, 0})
	gzip := slices.Concat([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, zeros, make([]byte, 8))
	amy := newSigner('a')
	const listURL = "https://issuer.example/status"
	list := string(amy.sign(t, statusListOf(amy, listURL, "u"+b64(gzip))))
	credential := amy.sign(t, with(amy.badge3(), node{"credentialStatus": node{"id": listURL + "#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": listURL}}))
	for name, test := range map[string]struct {
		input []byte
		want  Reason
	}{
		"zTXt":            {withChunk(blankPNG(t), "zTXt", append([]byte("openbadges\x00\x00"), zlib...)), ReasonTooLarge},
		"compressed iTXt": {withChunk(blankPNG(t), "iTXt", append([]byte("openbadgecredential\x00\x01\x00\x00\x00"), zlib...)), ReasonTooLarge},
		"PDF":             {bytes.Replace(inPDF(string(zlib)), []byte("<< /Length"), []byte("<< /Filter /FlateDecode /Length"), 1), ReasonTooLarge},
		"a status list":   {credential, ReasonStatusMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			var found Reason
			s := cost(func() {
				c, err := Read(context.Background(), test.input, nil)
				var not *NotBadge
				if errors.As(err, &not) {
					found = not.Reason
					return
				}
				v := Verify(context.Background(), c, Options{At: now, Fetch: RecordedWeb{listURL: page(t, list)}.Fetch})
				for _, f := range v.Findings {
					if f.Check == CheckRevocation && v.Verdict == CannotTell {
						found = f.Reason
					}
				}
			})
			t.Log(s)
			if found != test.want || s.allocated > 128<<20 || s.took > 5*time.Second {
				t.Errorf("%s, want %s; %s", found, test.want, s)
			}
		})
	}
}

// statusListOf is a BitstringStatusListCredential, still to be signed.
func statusListOf(s signer, at, encoded string) node {
	return node{
		"@context": []any{contextVC2}, "id": at, "type": []any{"VerifiableCredential", "BitstringStatusListCredential"}, "issuer": s.did, "validFrom": "2025-01-01T00:00:00Z",
		"credentialSubject": node{"id": at + "#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded},
	}
}

func withChunk(picture []byte, name string, data []byte) []byte {
	const afterHeader = 33 // the signature and IHDR
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, name...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(picture[:afterHeader], chunk, picture[afterHeader:])
}

// ASVS: V15.2.2
func TestCredentialsThatAreDeepOrHugeEndInTime(t *testing.T) {
	if raced {
		t.Skip("nothing is measured with the race detector")
	}
	amy := newSigner('a')
	signed := string(amy.sign(t, amy.badge3()))
	stuffed := func(member string) []byte {
		return []byte(strings.Replace(signed, `"validFrom"`, member+`,"validFrom"`, 1))
	}
	many := func(unit string, n int) string {
		return `[` + strings.TrimSuffix(strings.Repeat(unit+",", n), ",") + `]`
	}
	numbered := func(from, to, step int) string {
		var all []string
		for i := from; i != to; i += step {
			all = append(all, fmt.Sprintf(`"https://issuer.example/%d"`, i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	twice := `"refreshService":` + numbered(0, 20_000, 1) + `,"evidence":{"id":"` + amy.badge3()["id"].(string) + `","type":["Evidence","VerifiableCredential"],"refreshService":` + numbered(19_999, -1, -1) + `}`
	for name, input := range map[string][]byte{
		"said twice of it":      stuffed(twice),
		"arrays in arrays":      stuffed(`"evidence":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20)),
		"objects in objects":    stuffed(`"evidence":` + strings.Repeat(`{"a":`, 1<<18) + "1" + strings.Repeat("}", 1<<18)),
		"at the allowed depth":  stuffed(`"evidence":` + strings.Repeat(`{"type":"Evidence","evidence":`, 55) + "[]" + strings.Repeat("}", 55)),
		"equal blank nodes":     stuffed(`"evidence":` + many(`{"type":"Evidence","name":"x"}`, 60_000)),
		"nodes with an id each": stuffed(`"evidence":` + many(`{"id":"urn:x:1","type":"Evidence","name":"x"}`, 60_000)),
		"a long list of types":  stuffed(`"evidence":{"type":` + many(`"Evidence"`, 300_000) + `}`),
		"many contexts":         []byte(strings.Replace(signed, `"@context":[`, `"@context":[`+strings.Repeat(`"https://www.w3.org/ns/credentials/v2",`, 80_000), 1)),
		"inline contexts":       []byte(strings.Replace(signed, `"@context":[`, `"@context":[`+strings.Repeat(`{"a":"https://a.example/"},`, 100_000), 1)),
		"many members":          []byte(strings.Replace(signed, `"validFrom"`, members(150_000)+`"validFrom"`, 1)),
		"many proofs":           []byte(strings.Replace(signed, `"proof":{`, `"proof":`+many(`{"type":"DataIntegrityProof"}`, 100_000)+`,"x":{`, 1)),
		"many status lists":     stuffed(`"credentialStatus":` + many(`{"type":"BitstringStatusListEntry","statusListCredential":"https://issuer.example/s"}`, 40_000)),
		"many endorsements":     stuffed(`"endorsement":` + many(`{"type":["VerifiableCredential","EndorsementCredential"],"credentialSubject":{"id":"urn:x"}}`, 30_000)),
	} {
		t.Run(name, func(t *testing.T) {
			var v Verification
			s := cost(func() {
				c, err := Read(context.Background(), input, nil)
				var not *NotBadge
				if errors.As(err, &not) {
					v = not.Verification()
					return
				}
				v = Verify(context.Background(), c, Options{At: now})
			})
			t.Logf("%d bytes: %s; %s", len(input), v.Verdict, s)
			if v.Verdict == Genuine || v.Proved() || s.peak > 256<<20 || s.took > 10*time.Second {
				t.Errorf("%s; %s\n%.2000s", v.Verdict, s, say(v))
			}
		})
	}
}

func members(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `"m%d":1,`, i)
	}
	return out.String()
}

// TestProofsUponProofsAreRefused: each costs a canonical form of what it proves, and endorsements bring proofs of their own.
func TestProofsUponProofsAreRefused(t *testing.T) {
	amy := newSigner('a')
	doc, err := parse(amy.sign(t, amy.badge3()))
	if err != nil {
		t.Fatal(err)
	}
	doc["proof"] = slices.Repeat([]any{doc["proof"]}, maxProofs/4)
	q := &inquiry{visit: newVisit(nil), at: now}
	for i := range 5 {
		q.findings = nil
		q.askDataIntegrity(context.Background(), &Credential{doc: doc})
		if refused := has(q.findings, CheckProof, Fail, ReasonTooCostly); refused != (i == 4) {
			t.Errorf("after %d proofs: %v", (i+1)*maxProofs/4, q.findings)
		}
	}
}

// TestADeadlineIsHeededBetweenProofs, and it is still said whose key it was that there was no time for.
func TestADeadlineIsHeededBetweenProofs(t *testing.T) {
	amy := newSigner('a')
	c, err := Read(context.Background(), amy.sign(t, amy.badge3()), nil)
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	v := Verify(late, c, Options{At: now})
	want(t, v, CannotTell, "proof unknown key-silent")
	if !strings.Contains(say(v), "could not be loaded: "+amy.vm) {
		t.Error(say(v))
	}
}
