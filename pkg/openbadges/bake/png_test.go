package bake

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestBakedCredentialComesOutByteForByte(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	drawn := picturePNG(t, 16)
	for range 1000 {
		credential, keyword := randomCredential(random), []Keyword{Assertion, Credential}[random.IntN(2)]
		baked, err := PNG(drawn, credential, keyword)
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromPNG(baked)
		if err != nil || !bytes.Equal(got, credential) {
			t.Fatalf("PNG gave back %q, %v; baked %q", got, err, credential)
		}
		baked, err = SVG([]byte(plainSVG), credential, keyword)
		if err != nil {
			t.Fatal(err)
		}
		got, err = FromSVG(baked)
		if err != nil || !bytes.Equal(got, credential) {
			t.Fatalf("SVG gave back %q, %v; baked %q", got, err, credential)
		}
	}
}

// randomCredential is a JSON object or a JWS, with all that is awkward inside: CDATA ends, CRLF, quotes, wide letters.
func randomCredential(random *rand.Rand) []byte {
	parts := []string{"]]>", "<![CDATA[", "\r\n", "\n", "\t", "&amp;", "<", ">", `\"`, "é", "日本", "🎓", " ", "--", "]]", ">", "a", "\u2028"}
	var out strings.Builder
	for range 1 + random.IntN(60) {
		out.WriteString(parts[random.IntN(len(parts))])
	}
	switch random.IntN(3) {
	case 0:
		return []byte("eyJhbGciOiJFZERTQSJ9." + strings.Repeat("aZ09-_", 1+random.IntN(50)) + ".c2ln")
	case 1:
		return []byte("\n {" + out.String() + "}\r\n")
	}
	return []byte(`{"name":"` + out.String() + `"}`)
}

func TestBakingKeepsEveryOtherChunk(t *testing.T) {
	drawn := withChunks(t, picturePNG(t, 16), rawChunk("gAMA", "\x00\x00\xb1\x8f"), rawChunk("tEXt", "Comment\x00kept"), rawChunk("prVt", "private"))
	before := chunks(t, drawn)
	baked, err := PNG(drawn, []byte(`{"a":1}`), Credential)
	if err != nil {
		t.Fatal(err)
	}
	after := chunks(t, baked)
	if want := rawChunk("iTXt", "openbadgecredential\x00\x00\x00\x00\x00"+`{"a":1}`); !bytes.Equal(after[1], want) {
		t.Fatalf("second chunk is %q, want %q", after[1], want)
	}
	if !bytes.Equal(bytes.Join(append(after[:1:1], after[2:]...), nil), bytes.Join(before, nil)) {
		t.Fatal("another chunk was changed")
	}
}

func TestBakingOverReplacesEveryOlderBadge(t *testing.T) {
	old := withChunks(t, picturePNG(t, 16), itxt("openbadges", "{}"), itxt("openbadgecredential", "{}"), rawChunk("tEXt", "openbadge\x00https://x.example"))
	baked, err := PNG(old, []byte(`{"new":1}`), Assertion)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(baked, []byte("openbadge")); n != 1 {
		t.Fatalf("%d badge chunks, want 1", n)
	}
	again, err := PNG(baked, []byte(`{"new":1}`), Assertion)
	if err != nil || !bytes.Equal(again, baked) {
		t.Fatal("baking the same again changed the picture")
	}
}

func TestEveryChunkThatIsMetInTheWildIsRead(t *testing.T) {
	said := `{"id":"https://x.example/1"}`
	for name, test := range map[string]struct {
		chunks [][]byte
		want   string
	}{
		"iTXt":              {[][]byte{itxt("openbadges", said)}, said},
		"misspelt":          {[][]byte{itxt("openbadge", said)}, said},
		"language":          {[][]byte{rawChunk("iTXt", "openbadgecredential\x00\x00\x00fr\x00badge\x00"+said)}, said},
		"compressed iTXt":   {[][]byte{rawChunk("iTXt", "openbadges\x00\x01\x00\x00\x00"+deflated(said))}, said},
		"tEXt":              {[][]byte{rawChunk("tEXt", "openbadges\x00https://x.example/1")}, "https://x.example/1"},
		"tEXt in Latin-1":   {[][]byte{rawChunk("tEXt", "openbadges\x00{\"n\":\"\xe9\"}")}, `{"n":"é"}`},
		"zTXt":              {[][]byte{rawChunk("zTXt", "openbadges\x00\x00"+deflated(said))}, said},
		"first of two":      {[][]byte{itxt("openbadges", said), itxt("openbadgecredential", "{}")}, said},
		"empty one before":  {[][]byte{itxt("openbadges", " \n"), itxt("openbadges", said)}, said},
		"wrong checksum":    {[][]byte{flipped(itxt("openbadges", said), len(itxt("openbadges", said))-1)}, said},
		"other text before": {[][]byte{itxt("Title", "x"), itxt("openbadges", said)}, said},
	} {
		got, err := FromPNG(withChunks(t, picturePNG(t, 8), test.chunks...))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
}

// ASVS: V1.4.2, V5.2.2
func TestUnsoundPicturesAreRefused(t *testing.T) {
	good := withChunks(t, picturePNG(t, 8), itxt("openbadges", "{}"))
	for name, test := range map[string]struct {
		picture []byte
		want    error
	}{
		"no badge":           {picturePNG(t, 8), ErrNothing},
		"empty":              {nil, ErrNotImage},
		"not a PNG":          {[]byte("<svg/>"), ErrNotImage},
		"bomb in iTXt":       {withChunks(t, good, rawChunk("iTXt", "openbadges\x00\x01\x00\x00\x00"+deflated(strings.Repeat("0", 1<<22)))), ErrTooLarge},
		"bomb in zTXt":       {withChunks(t, good, rawChunk("zTXt", "openbadges\x00\x00"+deflated(strings.Repeat("0", 1<<22)))), ErrTooLarge},
		"odd method":         {withChunks(t, good, rawChunk("zTXt", "openbadges\x00\x07x")), ErrNotImage},
		"garbled iTXt":       {withChunks(t, good, rawChunk("iTXt", "openbadges\x00\x00\x00no end")), ErrNotImage},
		"short iTXt":         {withChunks(t, good, rawChunk("iTXt", "openbadges\x00")), ErrNotImage},
		"not zlib":           {withChunks(t, good, rawChunk("iTXt", "openbadges\x00\x01\x00\x00\x00xxxx")), ErrNotImage},
		"pixel bomb":         {sized(good, 1<<31-1, 1<<31-1), ErrTooLarge},
		"too wide":           {sized(good, 4097, 1), ErrTooLarge},
		"no width":           {sized(good, 0, 1), ErrNotImage},
		"second IHDR":        {withChunks(t, good, chunks(t, good)[0]), ErrNotImage},
		"too many bytes":     {append(bytes.Clone(good[:len(good)-12]), make([]byte, maxBaked)...), ErrTooLarge},
		"a credential bomb":  {withChunks(t, good, itxt("openbadges", strings.Repeat("x", MaxCredential+1))), ErrTooLarge},
		"wrong checksum":     {flipped(good, len(good)-20), ErrNotImage},
		"a chunk over bound": {append(bytes.Clone(good[:len(good)-12]), "\xff\xff\xff\xffIEND1234"...), ErrNotImage},
	} {
		if _, err := FromPNG(test.picture); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestPictureCutOffAnywhereIsRefused(t *testing.T) {
	good := withChunks(t, picturePNG(t, 8), itxt("openbadges", "{}"))
	for n := range len(good) {
		if _, err := FromPNG(good[:n]); !errors.Is(err, ErrNotImage) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		if _, err := PNG(good[:n], []byte("{}"), Assertion); !errors.Is(err, ErrNotImage) {
			t.Fatalf("baking, cut at %d: %v", n, err)
		}
	}
}

func TestOnlyTextIsBaked(t *testing.T) {
	for _, credential := range []string{"", " \n", "{\x00}", "{\xff}"} {
		if _, err := PNG(picturePNG(t, 8), []byte(credential), Assertion); !errors.Is(err, ErrNotText) {
			t.Errorf("%q: %v", credential, err)
		}
	}
	if _, err := PNG(picturePNG(t, 8), bytes.Repeat([]byte("x"), MaxCredential+1), Assertion); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzFromPNG(f *testing.F) {
	f.Add(withChunks(f, picturePNG(f, 8), itxt("openbadges", "{}")))
	f.Add(withChunks(f, picturePNG(f, 8), rawChunk("zTXt", "openbadges\x00\x00"+deflated("{}"))))
	f.Fuzz(func(t *testing.T, picture []byte) {
		found, err := FromPNG(picture)
		if err == nil && blank(found) {
			t.Fatal("found nothing and said so to nobody")
		}
		credential := []byte(`{"id":"x"}`)
		if baked, err := PNG(picture, credential, Credential); err == nil {
			if got, err := FromPNG(baked); err != nil || !bytes.Equal(got, credential) {
				t.Fatalf("%q, %v", got, err)
			}
		}
	})
}

func BenchmarkPNG(b *testing.B) {
	drawn := noisePNG(b)
	credential := []byte(`{"credential":"` + strings.Repeat("x", 3000) + `"}`)
	baked, err := PNG(drawn, credential, Credential)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("a PNG of %d bytes", len(drawn))
	b.Run("bake", func(b *testing.B) {
		for b.Loop() {
			if _, err := PNG(drawn, credential, Credential); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unbake", func(b *testing.B) {
		for b.Loop() {
			if _, err := FromPNG(baked); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func picturePNG(t testing.TB, side int) []byte {
	t.Helper()
	drawing := image.NewNRGBA(image.Rect(0, 0, side, side))
	for x := range side {
		drawing.Set(x, x, color.NRGBA{R: 200, A: 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, drawing); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// noisePNG is a picture of about 102 KiB: noise does not compress.
func noisePNG(t testing.TB) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	drawing := image.NewNRGBA(image.Rect(0, 0, 161, 161))
	for i := range drawing.Pix {
		drawing.Pix[i] = byte(random.Uint32())
	}
	var out bytes.Buffer
	if err := png.Encode(&out, drawing); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func chunks(t testing.TB, picture []byte) [][]byte {
	t.Helper()
	all := [][]byte{}
	if err := walk(picture, maxBaked*2, func(c chunk) error { all = append(all, c.whole); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// withChunks sets chunks behind IHDR, in their order.
func withChunks(t testing.TB, picture []byte, more ...[]byte) []byte {
	t.Helper()
	all := chunks(t, picture)
	out := append([]byte(pngSignature), all[0]...)
	out = append(out, bytes.Join(more, nil)...)
	return append(out, bytes.Join(all[1:], nil)...)
}

func rawChunk(name, data string) []byte {
	body := name + data
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(body)))
}

func itxt(keyword, said string) []byte { return rawChunk("iTXt", keyword+"\x00\x00\x00\x00\x00"+said) }

func deflated(said string) string {
	var out bytes.Buffer
	writer := zlib.NewWriter(&out)
	if _, err := writer.Write([]byte(said)); err != nil {
		panic(err)
	}
	if err := writer.Close(); err != nil {
		panic(err)
	}
	return out.String()
}

func sized(picture []byte, width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, picture[24:29]...)
	return append(append([]byte(pngSignature), rawChunk("IHDR", string(header))...), picture[33:]...)
}

func flipped(picture []byte, at int) []byte {
	out := bytes.Clone(picture)
	out[at] ^= 1
	return out
}
