package did

import "context"

func webURL(document string) (string, error) { return "", ErrUnsupported }

func resolveDocument(ctx context.Context, id, document, url string, fetch Fetch) (Method, error) {
	return Method{}, ErrUnsupported
}
