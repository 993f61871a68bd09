package account

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"
)

// AnswerAfter is how long answers take in service at doors where strangers name an address: longer than what is done there,
// a password's hash included, while the machine is not overburdened.
const AnswerAfter = 100 * time.Millisecond

// alike has an answer wait until every answer would be there, whether or not the address is known: call what it gives when
// there is nothing left to do. To write for somebody costs some 15 µs more than for nobody, whatever the questions are. A
// timer alone would let that through, since it sleeps whole milliseconds from when the work is done; so it is drawn by
// chance how much longer one waits, up to half as long again. To see 15 µs through that takes millions of answers.
func (d *Desk) alike(ctx context.Context) (answer func()) {
	after := d.answerAfter
	if more, err := rand.Int(d.random, big.NewInt(int64(after/2)+1)); err == nil { // else no secret can be made either, which is told
		after += time.Duration(more.Int64())
	}
	due := time.NewTimer(after)
	return func() {
		defer due.Stop()
		select {
		case <-due.C:
		case <-ctx.Done():
		}
	}
}
