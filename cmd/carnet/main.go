// Command carnet is the whole passport in one program: it serves the site and does, from the command line,
// what a person or an administrator would do without a browser.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the grammar of the command line.
type commands struct {
	Serve        serveCmd        `cmd:"" default:"1" help:"Serve the site (what make run starts)."`
	Demo         demoCmd         `cmd:"" help:"Fill an empty passport with a small world to look at."`
	Admin        adminCmd        `cmd:"" help:"Look after the house: people, joining, blocks, jobs, trials, figures, log."`
	Verify       verifyCmd       `cmd:"" help:"Say of badges whether they are genuine, and why."`
	Bake         bakeCmd         `cmd:"" help:"Put a credential into a PNG or SVG picture."`
	Unbake       unbakeCmd       `cmd:"" help:"Take the credential out of a picture or a PDF."`
	ExportUser   exportUserCmd   `cmd:"" help:"Write everything of one person into an archive."`
	ImportUser   importUserCmd   `cmd:"" help:"Take in an archive of one person."`
	Canonicalize canonicalizeCmd `cmd:"" help:"Write N-Quads in canonical form (RDFC-1.0)."`
}

// streams are what a command reads and writes; tests give their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// status is an error that only sets the exit status: the command has said all there is to say.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// run does one command and answers its exit status; every failure is one line on the error stream.
func run(ctx context.Context, args, environ []string, std streams) int {
	var grammar commands
	exit := -1
	parser, err := kong.New(&grammar,
		kong.Name("carnet"),
		kong.Description("A personal passport for Open Badges. Settings come from the environment: see README.md."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exit = code }),
	)
	if err != nil {
		return complain(std, err)
	}
	command, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		return complain(std, err)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.Bind(lastWord(command))
	return complain(std, command.Run(environ, std))
}

// lastWord is the last command of those given, such as "disable" of carnet admin user disable.
func lastWord(command *kong.Context) deedName {
	if selected := command.Selected(); selected != nil {
		return deedName(selected.Name)
	}
	return ""
}

// complain writes what went wrong and gives the exit status that says so.
func complain(std streams, err error) int {
	var code status
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	default:
		fmt.Fprintln(std.err, "carnet:", strings.Join(strings.Fields(err.Error()), " "))
		return 1
	}
}
