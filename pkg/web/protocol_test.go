package web

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store/storetest"
)

// says sends bytes to the town's server as they are, and reads the status of every answer until it falls silent.
func (town *town) says(t *testing.T, request string) (statuses []int) {
	t.Helper()
	connection, err := net.Dial("tcp", town.server.Listener.Addr().String())
	must(t, err)
	defer connection.Close()
	must(t, connection.SetDeadline(time.Now().Add(2*time.Second)))
	_, err = io.WriteString(connection, request)
	must(t, err)
	if half, ok := connection.(*net.TCPConn); ok {
		must(t, half.CloseWrite())
	}
	reader := bufio.NewReader(connection)
	for {
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return statuses
		}
		_, err = io.Copy(io.Discard, answer.Body)
		must(t, err)
		statuses = append(statuses, answer.StatusCode)
	}
}

// TestWhereARequestEndsIsNotUpForInterpretation sends what proxies and servers have understood differently.
// ASVS: V4.2.1
func TestWhereARequestEndsIsNotUpForInterpretation(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	hidden := "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, request := range map[string]string{
		"two lengths":             "POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + hidden,
		"a length with a sign":    "POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello" + hidden,
		"a length below nothing":  "POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + hidden,
		"an unknown coding":       "POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"two codings":             "POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden,
		"a space before a colon":  "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n" + hidden,
		"a folded header":         "GET /livez HTTP/1.1\r\nHost: x\r\n folded: y\r\nX: y\r\n\r\n",
		"a chunk of odd size":     "POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n" + hidden,
		"a control in the target": "GET /li\x01vez HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
		"two hosts":               "GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
		"no host":                 "GET /livez HTTP/1.1\r\n\r\n" + hidden,
		"half a line":             "GET /livez",
	} {
		statuses := town.says(t, request)
		if len(statuses) > 1 && statuses[0] < http.StatusBadRequest || len(statuses) == 1 && statuses[0] == http.StatusOK && strings.Contains(request, hidden) {
			t.Errorf("%s: answered %v", name, statuses)
		}
		if len(statuses) > 1 && statuses[0] != http.StatusBadRequest {
			t.Errorf("%s: what was hidden behind it is answered: %v", name, statuses)
		}
	}
	// Chunks count where both are given (RFC 9112 §6.3), and the connection ends there.
	both := "POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + hidden
	if statuses := town.says(t, both); len(statuses) == 0 || len(statuses) > 1 && statuses[1] != http.StatusOK {
		t.Errorf("chunks and a length: %v", statuses)
	}
}

// TestOnlyTheMethodsOfARouteAreAnswered: no TRACE, no methods by another name.
// ASVS: V13.4.4
func TestOnlyTheMethodsOfARouteAreAnswered(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	for _, method := range []string{"TRACE", "TRACK", "CONNECT", "DEBUG", "PUT", "DELETE", "PATCH", "PROPFIND"} {
		for _, path := range []string{"/", "/you", "/livez"} {
			a := asks(town.site, method, path, "")
			if a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s: %d", method, path, a.StatusCode)
			}
		}
	}
	for _, header := range []string{"X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"} {
		if a := holder.post("/you", url.Values{"_method": {"DELETE"}, "name": {""}}, header, "GET"); a.status != http.StatusUnprocessableEntity {
			t.Errorf("with %s: %d", header, a.status)
		}
	}
}

// TestAFieldInTheAddressDoesNotOverruleTheForm, nor does one given twice: the first of the form counts.
// ASVS: V15.3.7
func TestAFieldInTheAddressDoesNotOverruleTheForm(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	must(t, town.store.SetVisibility(t.Context(), holder.person.ID, badge, "members", town.now))
	holder.post("/b/"+badge+"/visibility?visibility=public&visibility=public", url.Values{"visibility": {"private", "public"}}, "Cookie", "visibility=public", "X-Visibility", "public")
	b, err := town.store.Badge(t.Context(), holder.person.ID, badge)
	must(t, err)
	if b.Visibility != "private" {
		t.Errorf("the badge is shown to %s", b.Visibility)
	}
}
