package mail

import (
	"fmt"
	"strings"
	"sync"

	gomaillog "github.com/wneessen/go-mail/log"
)

// How much of a conversation is told.
const (
	mostLines   = 100
	longestLine = 300 // bytes
)

// ear listens to a conversation with a mail server.
type ear struct {
	mu   sync.Mutex
	said []string
}

// Debugf hears what is said; the library leaves out passwords.
func (e *ear) Debugf(l gomaillog.Log) {
	who := "S: "
	if l.Direction == gomaillog.DirClientToServer {
		who = "C: "
	}
	e.hear(who, fmt.Sprintf(l.Format, l.Messages...))
}

func (e *ear) hear(who, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for text := range strings.SplitSeq(text, "\n") {
		if text = oneLine(text); text != "" && len(e.said) < mostLines {
			e.said = append(e.said, who+strings.ToValidUTF8(text[:min(len(text), longestLine)], ""))
		}
	}
}

// Infof hears nothing that is part of a conversation.
func (e *ear) Infof(gomaillog.Log) {}

// Warnf hears nothing that is part of a conversation.
func (e *ear) Warnf(gomaillog.Log) {}

// Errorf hears nothing that is part of a conversation.
func (e *ear) Errorf(gomaillog.Log) {}

func (e *ear) lines() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said
}
