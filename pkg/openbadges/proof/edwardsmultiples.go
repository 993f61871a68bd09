package proof

import (
	"bytes"
	"crypto/sha512"
	"sync"

	"filippo.io/edwards25519"
	"filippo.io/edwards25519/field"
)

// The digits that scalars are taken apart into: the wider, the fewer additions and the more multiples, which are read faster
// the more of them a processor keeps at hand.
const (
	baseDigit = 6 // bits; 43 additions, 161 KiB, laid up once
	keyDigit  = 5 // bits; 51 additions, 96 KiB for each key
)

// multiplesOf holds d·2^(width·i)·P for each place i and each digit d from 1 on, so that a multiplication of P is one
// addition for each digit of the scalar, as the negative of a point costs nothing.
type multiplesOf struct {
	width, digits int
	laid          []affine // digits for each place, one place after the other
}

func layUpPoint(point *edwards25519.Point, width int) *multiplesOf {
	const bits = 253 + 1 // of a scalar below the order of the group, and what the highest digit may carry
	m := &multiplesOf{width: width, digits: 1 << (width - 1)}
	points := make([]*edwards25519.Point, 0, (bits+width-1)/width*m.digits)
	base := point
	for range cap(points) / m.digits {
		sum := new(edwards25519.Point).Set(base)
		for range m.digits {
			points = append(points, sum)
			sum = new(edwards25519.Point).Add(sum, base)
		}
		last := points[len(points)-1]
		base = new(edwards25519.Point).Add(last, last)
	}
	m.laid = allAffine(points)
	return m
}

// addTo adds the multiple by a scalar, little-endian and reduced, to sum. It takes another time for another scalar, and
// nothing about a signature is secret.
func (m *multiplesOf) addTo(sum *extended, scalar []byte) {
	carry := 0
	for place := 0; place*m.digits < len(m.laid); place++ {
		d := bitsAt(scalar, place*m.width)&(2*m.digits-1) + carry
		carry = 0
		if d > m.digits {
			d, carry = d-2*m.digits, 1
		}
		switch laid := m.laid[place*m.digits:][:m.digits]; {
		case d > 0:
			sum.add(&laid[d-1].sum, &laid[d-1].difference, &laid[d-1].product, false)
		case d < 0:
			sum.add(&laid[-d-1].difference, &laid[-d-1].sum, &laid[-d-1].product, true)
		}
	}
}

// bitsAt are the bits from a place on, at least nine where there are so many.
func bitsAt(scalar []byte, place int) int {
	at, bits := place/8, 0
	if at < len(scalar) {
		bits = int(scalar[at])
	}
	if at+1 < len(scalar) {
		bits |= int(scalar[at+1]) << 8
	}
	return bits >> (place % 8)
}

var baseMultiples = sync.OnceValue(func() *multiplesOf {
	return layUpPoint(edwards25519.NewGeneratorPoint(), baseDigit)
})

// edwardsMultiples are those of a public key, negated, as the equation wants it.
type edwardsMultiples struct{ negated *multiplesOf }

// layUp answers nil for what is no point.
func layUp(key []byte) *edwardsMultiples {
	point, err := new(edwards25519.Point).SetBytes(key)
	if err != nil {
		return nil
	}
	return &edwardsMultiples{layUpPoint(point.Negate(point), keyDigit)}
}

// verify computes R = [S]B − [k]A and compares its only spelling with the one signed, as crypto/ed25519 does; so what one
// accepts the other accepts, also of keys and signatures that nobody makes in good faith.
func (m *edwardsMultiples) verify(key, signed, signature []byte) bool {
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(signature[32:])
	if err != nil {
		return false
	}
	hash := sha512.New()
	hash.Write(signature[:32])
	hash.Write(key)
	hash.Write(signed)
	k, err := new(edwards25519.Scalar).SetUniformBytes(hash.Sum(make([]byte, 0, sha512.Size)))
	if err != nil {
		return false
	}
	r := identity()
	baseMultiples().addTo(r, s.Bytes())
	m.negated.addTo(r, k.Bytes())
	point, err := r.point()
	return err == nil && bytes.Equal(point.Bytes(), signature[:32])
}

// affine is a point as additions want it: y+x, y−x and 2dxy.
type affine struct{ sum, difference, product field.Element }

// allAffine divides by all Z with one inversion (Montgomery's way): z[i] is what stands before the i-th in the product.
func allAffine(points []*edwards25519.Point) []affine {
	all := make([]affine, len(points))
	before, product := make([]field.Element, len(points)), new(field.Element).One()
	for i, p := range points {
		_, _, z, _ := p.ExtendedCoordinates()
		before[i].Set(product)
		product.Multiply(product, z)
	}
	inverse := new(field.Element).Invert(product)
	for i := len(points) - 1; i >= 0; i-- {
		x, y, z, _ := points[i].ExtendedCoordinates()
		zInverse := new(field.Element).Multiply(inverse, &before[i])
		inverse.Multiply(inverse, z)
		all[i].set(x.Multiply(x, zInverse), y.Multiply(y, zInverse))
	}
	return all
}

func (a *affine) set(x, y *field.Element) {
	a.sum.Add(y, x)
	a.difference.Subtract(y, x)
	a.product.Multiply(x, y)
	a.product.Multiply(&a.product, twiceD())
}

// twiceD is 2d of the curve −x² + y² = 1 + dx²y² (RFC 8032 §5.1), d being −121665/121666.
var twiceD = sync.OnceValue(func() *field.Element {
	one := new(field.Element).One()
	d := new(field.Element).Invert(new(field.Element).Mult32(one, 121666))
	d.Negate(d.Mult32(d, 121665))
	return d.Add(d, d)
})

// extended is a point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
type extended struct{ x, y, z, t field.Element }

func identity() *extended {
	e := new(extended)
	e.y.One()
	e.z.One()
	return e
}

// add adds an affine point by the complete formulas of the curve (Hisil et al. 2008 §3.1, RFC 8032 §5.1.4), which hold for
// every two points; of a negated one sum and difference have changed places.
func (e *extended) add(sum, difference, product *field.Element, negated bool) {
	var a, b, c, d, f, g field.Element
	a.Multiply(a.Subtract(&e.y, &e.x), difference)
	b.Multiply(b.Add(&e.y, &e.x), sum)
	c.Multiply(&e.t, product)
	d.Add(&e.z, &e.z)
	if negated {
		f.Add(&d, &c)
		g.Subtract(&d, &c)
	} else {
		f.Subtract(&d, &c)
		g.Add(&d, &c)
	}
	c.Subtract(&b, &a)
	d.Add(&b, &a)
	e.x.Multiply(&c, &f)
	e.y.Multiply(&g, &d)
	e.z.Multiply(&f, &g)
	e.t.Multiply(&c, &d)
}

// point fails for what is not on the curve, which no sum of its points can be.
func (e *extended) point() (*edwards25519.Point, error) {
	return new(edwards25519.Point).SetExtendedCoordinates(&e.x, &e.y, &e.z, &e.t)
}
