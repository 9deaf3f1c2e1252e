package host

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain makes this binary its own custom handler: with HOST_TEST_HANDLER set it is one, and behaves as that says.
func TestMain(m *testing.M) {
	if mode := os.Getenv("HOST_TEST_HANDLER"); mode != "" {
		os.Exit(handle(mode))
	}
	os.Exit(m.Run())
}

// orders is what a test puts into the timer, for the handler to do.
type orders struct {
	Status   int
	Type     *string // application/json if nil, none if empty
	Body     *string // a good answer if nil
	Redirect int
	Exit     *int
	Abort    bool
	Hang     bool
	Out, Err string
	// FailUntil fails while the retry count is lower.
	FailUntil int
	// Meet waits until another request has been here, by means of files.
	Meet string
}

func order(t *testing.T, o orders) Timer {
	t.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return Timer{Raw: raw}
}

func handle(mode string) int {
	switch mode {
	case "exit":
		fmt.Fprintln(os.Stderr, "first", "\nsecond", "\nthird", "\nbad configuration")
		return 3
	case "done":
		return 0
	case "again": // asks to be restarted, once
		if _, err := os.Stat("restarted"); err != nil {
			_ = os.WriteFile("restarted", nil, 0o600)
			return 200
		}
	case "deaf":
		time.Sleep(time.Minute)
	case "slow":
		time.Sleep(100 * time.Millisecond)
	case "term": // writes down that it was asked to end
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM)
		go func() {
			<-c
			_ = os.WriteFile("asked", nil, 0o600)
			os.Exit(0)
		}()
	}
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:"+os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if mode == "rude" { // hangs up on whoever calls
		for {
			c, err := l.Accept()
			if err != nil {
				return 1
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_ = c.Close()
		}
	}
	fmt.Fprintln(os.Stderr, http.Serve(l, http.HandlerFunc(serve)))
	return 1
}

// seen is what the handler got, given back in Logs.
type seen struct {
	Method, Path string
	Header       http.Header
	Transfer     []string
	Length       int64
	Body         json.RawMessage
	Env          []string
	Dir          string
	Args         []string
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" || r.URL.Path == "/elsewhere" && r.Method == http.MethodGet {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s := seen{Method: r.Method, Path: r.URL.Path, Header: r.Header, Transfer: r.TransferEncoding, Length: r.ContentLength, Env: os.Environ(), Args: os.Args[1:]}
	s.Dir, _ = os.Getwd()
	if err := json.NewDecoder(r.Body).Decode(&s.Body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var call struct {
		Data     map[string]orders
		Metadata struct{ RetryContext struct{ RetryCount int } }
	}
	if err := json.Unmarshal(s.Body, &call); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, o := range call.Data {
		if o.FailUntil > call.Metadata.RetryContext.RetryCount {
			o.Status = 500
		}
		obey(w, r, o, s)
		return
	}
}

func obey(w http.ResponseWriter, r *http.Request, o orders, s seen) {
	fmt.Fprint(os.Stdout, o.Out)
	fmt.Fprint(os.Stderr, o.Err)
	switch {
	case o.Exit != nil:
		os.Exit(*o.Exit)
	case o.Abort:
		panic(http.ErrAbortHandler)
	case o.Redirect != 0:
		http.Redirect(w, r, "/elsewhere", o.Redirect)
		return
	}
	if o.Hang {
		_ = os.WriteFile("hanging", nil, 0o600)
		<-r.Context().Done()
	}
	if o.Meet != "" {
		_ = os.WriteFile(o.Meet, nil, 0o600)
		for n := 0; n < 2; time.Sleep(time.Millisecond) {
			met, _ := filepath.Glob("meet-*")
			n = len(met)
		}
	}
	contentType := "application/json"
	if o.Type != nil {
		contentType = *o.Type
	}
	w.Header()["Content-Type"] = []string{contentType}
	if contentType == "" {
		w.Header()["Content-Type"] = nil
	}
	body, _ := json.Marshal(s)
	logs, _ := json.Marshal([]string{string(body)})
	answer := fmt.Sprintf(`{"Outputs":{},"Logs":%s,"ReturnValue":null}`, logs)
	if o.Body != nil {
		answer = *o.Body
	}
	w.WriteHeader(max(o.Status, 200))
	_, _ = fmt.Fprint(w, answer)
}

const (
	plainHost  = `{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"handler"}}}`
	plainTimer = `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 6 * * *"}]}`
	retryTimer = `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 6 * * *"}],
		"retry":{"strategy":"exponentialBackoff","maxRetryCount":3,"minimumInterval":"00:00:10","maximumInterval":"00:00:30"}}`
)

// stage makes an app directory of the files, and this binary its handler.
func stage(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["host.json"]; !ok {
		write(t, filepath.Join(dir, "host.json"), plainHost)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "handler")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs an app with one function, Check, in the given mode.
func start(t *testing.T, mode, functionJSON string, env ...string) *Host {
	t.Helper()
	return startIn(t, stage(t, map[string]string{"Check/function.json": functionJSON}), mode, env...)
}

func startIn(t *testing.T, dir, mode string, env ...string) *Host {
	t.Helper()
	h, err := Start(t.Context(), Options{
		Dir: dir, Env: append(env, "HOST_TEST_HANDLER="+mode), RetryDelay: func(time.Duration) time.Duration { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	return h
}

// echo returns what the handler saw in the last attempt.
func echo(t *testing.T, inv Invocation) seen {
	t.Helper()
	var s seen
	if err := json.Unmarshal([]byte(strings.Join(inv.Last().Logs, "")), &s); err != nil {
		t.Fatalf("%v in %+v", err, inv)
	}
	return s
}
