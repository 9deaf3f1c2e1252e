package standin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// A loopback serves one handler on a free port of the loopback interface.
type loopback struct {
	server *http.Server
	url    string
	done   chan struct{}
}

// start listens and serves until stop.
func (l *loopback) start(handler http.Handler) error {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen on loopback: %w", err)
	}
	l.url = "http://" + listener.Addr().String()
	l.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	l.done = make(chan struct{})
	go func() {
		defer close(l.done)
		_ = l.server.Serve(listener) // it always ends with an error, after stop with ErrServerClosed
	}()
	return nil
}

// stop closes the server and its connections. It may be called twice, or without
// start.
func (l *loopback) stop() error {
	if l.server == nil {
		return nil
	}
	err := l.server.Close()
	<-l.done
	if errors.Is(err, net.ErrClosed) || err == nil {
		return nil
	}
	return fmt.Errorf("stop on loopback: %w", err)
}
