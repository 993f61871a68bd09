package web

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
)

// credentialTypes are the media types under which a credential in JSON may be asked for (OB 3.0 §"document formats").
var credentialTypes = []string{"application/vc+ld+json", "application/vc", "application/ld+json", "application/json"}

// tokenTypes are those of a credential that is a compact JWS or JWT.
var tokenTypes = []string{"text/plain", "application/jwt", "application/jose", "application/vc+jwt"}

// wantsCredential says whether a request for a badge's page rather asks for the credential: when a type of
// credentials is preferred over HTML. A bare */* is a browser, a picture loader or curl, and gets the page; beside a type of
// credentials that weighs as much it only says that anything else will do.
func wantsCredential(accept string, token bool) bool {
	weights := weighed(accept)
	credential := 0.0
	for kind, weight := range weights {
		if oneOf(kind, credentialTypes) || token && oneOf(kind, tokenTypes) {
			credential = max(credential, weight)
		}
	}
	for _, kind := range pageRanges {
		weight, named := weights[kind]
		switch {
		case !named || kind == "text/*" && token:
		case kind == "*/*":
			return credential > 0 && credential >= weight
		default:
			return credential > weight
		}
	}
	return credential > 0
}

// pageRanges are by what HTML is asked for, the most specific first, which is the one that counts (RFC 9110 §12.5.1).
var pageRanges = []string{"text/html", "application/xhtml+xml", "text/*", "*/*"}

// weighed are the media ranges of an Accept header, each with its greatest weight; what is none is left out.
func weighed(accept string) map[string]float64 {
	weights := map[string]float64{}
	for part := range strings.SplitSeq(accept, ",") {
		kind, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		weight := 1.0
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			weight = q
		}
		weights[kind] = max(weights[kind], weight)
	}
	return weights
}

func oneOf(word string, list []string) bool {
	for _, one := range list {
		if one == word {
			return true
		}
	}
	return false
}

// sendCredential answers with the credential itself, byte for byte as it came.
func sendCredential(c echo.Context, badge store.Badge) error {
	h := c.Response().Header()
	if passport.OpenToAll(badge) {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	h.Set("Content-Security-Policy", sandboxed)
	if tagged(c, "credential", badge.Visibility, badge.DocumentType, string(badge.Document)) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, badge.DocumentType, badge.Document)
}

// isToken says whether a badge's credential is a compact JWS or JWT and not JSON.
func isToken(badge store.Badge) bool { return !strings.Contains(badge.DocumentType, "json") }

// ending is the file name ending of a badge's credential.
func ending(badge store.Badge) string {
	if isToken(badge) {
		return "jwt"
	}
	return "json"
}
