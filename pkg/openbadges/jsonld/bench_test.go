package jsonld

import "testing"

func BenchmarkToRDF(b *testing.B) {
	for name, text := range map[string]string{"small": small, "full": full()} {
		doc := decode(b, text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ToRDF(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/general", func(b *testing.B) {
			for b.Loop() {
				if _, err := expanded(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
