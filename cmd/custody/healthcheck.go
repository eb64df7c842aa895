package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func healthcheckCommand() *cobra.Command {
	var url string
	c := &cobra.Command{
		Use: "healthcheck", Short: "Ask a running service whether it is ready", GroupID: groupRun, Args: cobra.NoArgs,
		Long: "Ask a running service whether it is ready: exit code 0 if it is, 1 and the\nreasons if it is not. For containers that have no curl.",
		Example: "  custody healthcheck                                     # custody serve, custody dev\n" +
			"  custody healthcheck --url http://127.0.0.1:9464/readyz  # custody consume",
		RunE: func(c *cobra.Command, _ []string) error { return healthcheck(c.Context(), url) },
	}
	c.Flags().StringVar(&url, "url", "http://127.0.0.1:8080/readyz", "`address` to ask")
	return c
}

func healthcheck(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	reasons, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %s: %s", url, answer.Status, strings.TrimSpace(string(reasons)))
}
