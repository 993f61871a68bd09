package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// asset is one finished file under its plain name.
type asset struct {
	Name string
	Body []byte
}

// sources are what esbuild reads; the plain name is what pages ask for.
func sources(root string) []api.EntryPoint {
	return []api.EntryPoint{
		{InputPath: filepath.Join(root, "css", "carnet.css"), OutputPath: "carnet"},
		{InputPath: filepath.Join(root, "css", "embed.css"), OutputPath: "embed"},
		{InputPath: filepath.Join(root, "js", "carnet.js"), OutputPath: "carnet"},
		{InputPath: filepath.Join(root, "js", "passkey.js"), OutputPath: "passkey"},
		{InputPath: filepath.Join(root, "node_modules", "htmx.org", "dist", "htmx.js"), OutputPath: "htmx"},
	}
}

func bundle(root string) ([]asset, error) {
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		return nil, fmt.Errorf("no packages in %s (run npm ci there): %w", root, err)
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: sources(root),
		Outdir:              filepath.Join(root, "dist"),
		Bundle:              true,
		MinifyWhitespace:    true,
		MinifySyntax:        true,
		MinifyIdentifiers:   true,
		LegalComments:       api.LegalCommentsInline,
		// CSS nesting and :has() stand in every engine since 2023; light-dark() has its own fallback in the sheet.
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "120"},
			{Name: api.EngineFirefox, Version: "121"},
			{Name: api.EngineSafari, Version: "17"},
		},
		Supported: map[string]bool{"color-functions": true},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	assets := make([]asset, 0, len(result.OutputFiles))
	for _, file := range result.OutputFiles {
		assets = append(assets, asset{Name: filepath.Base(file.Path), Body: file.Contents})
	}
	return assets, nil
}

// draw reads the drawings, which are kept as they are: they are small, and their lines are already on one line.
func draw(root string) ([]asset, error) {
	paths, err := filepath.Glob(filepath.Join(root, "*.svg"))
	if err != nil {
		return nil, fmt.Errorf("looking for drawings: %w", err)
	}
	assets := make([]asset, 0, len(paths))
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading a drawing: %w", err)
		}
		assets = append(assets, asset{Name: filepath.Base(path), Body: body})
	}
	return assets, nil
}
