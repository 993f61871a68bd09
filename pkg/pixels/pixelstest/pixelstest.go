// Package pixelstest makes pictures that are dear to decode, for tests. It knows nothing of how they are read.
package pixelstest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// ProgressiveJPEG is a gray progressive JPEG of so many scans, each of which ends at once.
func ProgressiveJPEG(side uint16, scans int) []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xff, 0xc2, 0, 11, 8)
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, side), side)
	out = append(out, 1, 1, 0x11, 0)
	for class := range byte(2) { // one code of one bit: 0 is "nothing", or the longest run of ended blocks
		out = append(out, 0xff, 0xc4, 0, 20, class<<4, 1)
		out = append(out, make([]byte, 15)...)
		out = append(out, class*0xe0)
	}
	for i := range scans {
		if i == 0 {
			out = append(out, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0)
			out = append(out, make([]byte, (int(side)/8+1)*(int(side)/8+1)/8+1)...)
			continue
		}
		out = append(out, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0)
		out = append(out, make([]byte, (int(side)/8+1)*(int(side)/8+1)/(1<<14)*2+4)...)
	}
	return append(out, 0xff, 0xd9)
}

// DeepPNG is the head of a PNG, which says how it would have to be decoded.
func DeepPNG(width, height uint32, depth, color, interlaced byte) []byte {
	chunk := func(name string, body []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(append(out, name...), body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return append([]byte("\x89PNG\r\n\x1a\n"), append(chunk("IHDR", append(body, depth, color, 0, 0, interlaced)), chunk("IDAT", nil)...)...)
}
