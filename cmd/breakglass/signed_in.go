package main

import (
	"context"
	"fmt"

	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/tenant"
)

// live reads the tenant through Microsoft Graph, and names what of its answers is not used.
func (p program) live(ctx context.Context, c config.Config, i identity) (tenant.Snapshot, error) {
	reader, err := p.reader(ctx, c, i)
	if err != nil {
		return tenant.Snapshot{}, err
	}
	s := reader.Snapshot(ctx)
	if err := watch.TokenTrouble(s, wiring.SignerOf(p.getenv, i.login)); err != nil {
		return s, err
	}
	for _, problem := range s.Settle() {
		fmt.Fprintf(p.stderr, "breakglass: Microsoft Graph: %s: %s: not used\n", display.Lines(problem.Key), display.Lines(problem.Message))
	}
	return s, nil
}
