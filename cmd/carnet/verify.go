package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/fetch"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
)

// exitNotBadge is the exit status for what holds no badge.
const exitNotBadge = status(openbadges.ExitNotBadge)

// inputLimit is the largest input a command reads, in bytes.
const inputLimit = 10 << 20

// verifyCmd verifies badges given as files, addresses or on the standard input.
type verifyCmd struct {
	JSON      bool     `help:"Print one JSON object per input."`
	Web       string   `help:"A recorded web (JSON); then nothing else can be reached." placeholder:"FILE" type:"existingfile"`
	At        string   `help:"Judge by this moment instead of now (RFC 3339)." placeholder:"TIME"`
	Recipient []string `help:"An e-mail address of the supposed recipient; may be repeated." placeholder:"EMAIL"`
	Inputs    []string `arg:"" name:"input" help:"PNG, SVG, PDF, JSON, JWS or JWT file, an http(s) address, or - for the standard input."`
}

// Run verifies each input and ends with the worst status among them. One that can not be opened does not keep the others
// from being verified.
func (v verifyCmd) Run(ctx context.Context, std streams) error {
	options, err := v.options()
	if err != nil {
		return err
	}
	worst := status(0)
	for _, name := range v.Inputs {
		input, err := read(name, std.in)
		if err != nil && !errors.Is(err, errTooLarge) { // of which it is to be said that it is no badge
			worst = max(worst, status(complain(std, err)))
			continue
		}
		for title, part := range apart(name, input) {
			answer := examine(ctx, part, options)
			if err := v.print(std.out, title, answer); err != nil {
				return err
			}
			worst = max(worst, status(openbadges.ExitStatus(answer)))
		}
	}
	if worst == 0 {
		return nil
	}
	return worst
}

// apart is an input or, of a PDF with several badges such as the print of a collection, each of them.
func apart(name string, input []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		inside, err := pdf.Credentials(input)
		if err != nil || len(inside) < 2 {
			yield(name, input)
			return
		}
		for i, one := range inside {
			if !yield(fmt.Sprintf("%s, badge %d", name, i+1), one) {
				return
			}
		}
	}
}

// options gathers what the flags say a verification may know and use.
func (v verifyCmd) options() (openbadges.Options, error) {
	o := openbadges.Options{Recipients: v.Recipient}
	if v.At != "" {
		at, err := time.Parse(time.RFC3339, v.At)
		if err != nil {
			return o, fmt.Errorf("--at %q is not a time such as 2026-11-01T00:00:00Z", v.At)
		}
		o.At = at
	}
	if v.Web == "" {
		o.Fetch = document(fetch.New(fetch.Options{}).Page)
		return o, nil
	}
	content, err := os.ReadFile(v.Web)
	if err != nil {
		return o, err
	}
	var web openbadges.RecordedWeb
	if err := json.Unmarshal(content, &web); err != nil {
		return o, fmt.Errorf("%s is not a recorded web: %w", v.Web, err)
	}
	o.Fetch = web.Fetch
	return o, nil
}

// examine reads and verifies one input; what is no badge is an answer too.
func examine(ctx context.Context, input []byte, o openbadges.Options) openbadges.Verification {
	credential, err := openbadges.Read(ctx, input, o.Fetch)
	var notBadge *openbadges.NotBadge
	if errors.As(err, &notBadge) {
		return notBadge.Verification()
	}
	return openbadges.Verify(ctx, credential, o)
}

// print writes one answer, as JSON on one line or as sentences.
func (v verifyCmd) print(out io.Writer, name string, answer openbadges.Verification) error {
	if v.JSON {
		report, err := openbadges.Report(answer)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", report)
		return err
	}
	fmt.Fprintf(out, "%s: %s\n", name, headline(answer))
	for _, f := range answer.Findings {
		fmt.Fprintf(out, "  %-8s %-12s %s\n", f.Result, f.Check, f.Detail)
	}
	return nil
}

// headline is the verdict, and what it is about.
func headline(answer openbadges.Verification) string {
	switch {
	case openbadges.ExitStatus(answer) == openbadges.ExitNotBadge:
		return "not a badge"
	case answer.Standard == "":
		return string(answer.Verdict)
	case answer.Standard == openbadges.VC:
		return fmt.Sprintf("%s (Verifiable Credential, %s)", answer.Verdict, answer.Proof)
	}
	return fmt.Sprintf("%s (Open Badges %s, %s)", answer.Verdict, answer.Standard, answer.Proof)
}

// read loads an input: an address stays an address, "-" is the standard input, all else is a file.
func read(name string, in io.Reader) ([]byte, error) {
	if scheme, _, found := strings.Cut(name, "://"); found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")) {
		return []byte(name), nil
	}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		content, err := readAll(name, file)
		return content, errors.Join(err, file.Close())
	}
	return readAll("the standard input", in)
}

var errTooLarge = errors.New("is larger than 10 MB")

// readAll reads at most inputLimit bytes, and one more where it is errTooLarge.
func readAll(name string, in io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(in, inputLimit+1))
	if err != nil {
		return nil, err
	}
	if len(content) > inputLimit {
		return content, fmt.Errorf("%s %w", name, errTooLarge)
	}
	return content, nil
}
