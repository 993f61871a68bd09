package pixels

import (
	"bytes"
	"encoding/binary"
)

// Bare says whether a PNG or JPEG holds nothing but its pixels, as EncodePNG and EncodeJPEG write them: no words, no
// camera's notes, nothing behind its end. What it cannot follow is not bare.
func Bare(p Picture) bool {
	switch p.Kind {
	case PNG:
		return barePNG(p.Data)
	case JPEG:
		return bareJPEG(p.Data)
	}
	return false
}

// barePNG walks the chunks (PNG §5.3).
func barePNG(data []byte) bool {
	const signature = 8
	if len(data) < signature {
		return false
	}
	for rest := data[signature:]; len(rest) >= 12; {
		length := uint64(binary.BigEndian.Uint32(rest))
		if length+12 > uint64(len(rest)) {
			return false
		}
		switch string(rest[4:8]) {
		case "IEND":
			return length == 0 && len(rest) == 12
		case "IHDR", "PLTE", "tRNS", "IDAT":
		default:
			return false
		}
		rest = rest[length+12:]
	}
	return false
}

// bareJPEG walks the segments (ITU T.81 §B.1) of a picture with one scan.
func bareJPEG(data []byte) bool {
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return false
	}
	for rest := data[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, length := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || length+2 > len(rest) {
			return false
		}
		switch marker {
		case 0xda: // the scan: from here on only restarts, and the end
			return bareScan(rest[2+length:])
		case 0xdb, 0xc0, 0xc4, 0xdd:
		default:
			return false
		}
		rest = rest[2+length:]
	}
	return false
}

func bareScan(scan []byte) bool {
	for {
		at := bytes.IndexByte(scan, 0xff)
		if at < 0 || at+1 >= len(scan) {
			return false
		}
		switch next := scan[at+1]; {
		case next == 0xd9:
			return at+2 == len(scan)
		case next == 0 || next >= 0xd0 && next <= 0xd7:
			scan = scan[at+2:]
		default:
			return false
		}
	}
}
