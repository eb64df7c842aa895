package notice_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/schemas/event"
)

var (
	now    = time.Date(2026, 4, 2, 8, 0, 0, 0, time.UTC)
	key    = notice.NewKey(bytes.Repeat([]byte{7}, 32))
	sample = erasure.Notification{
		ID: "0f0e3c61-7b0a-8a55-9e2b-4b8f5d1c2a3b", Time: now, Case: "case-1", Controller: "tmall", Recipient: "sto",
		References: []string{"waybill-1"}, Erase: []string{"name"}, Ask: []string{"face"},
		Keep: []erasure.Keep{{Category: "order", Exemption: "statutory-retention", Until: "2029-04-18"}}, Deadline: now.AddDate(0, 0, 15),
		Answer: "https://custody.example/v1/erasures/tmall/case-1",
	}
)

func clock() time.Time { return now }

func TestWebhook(t *testing.T) {
	var got *http.Request
	var body []byte
	status, retry := 202, ""
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		if retry != "" {
			w.Header().Set("retry-after", retry)
		}
		w.Header().Set("location", "https://elsewhere.example/")
		w.WriteHeader(status)
	}))
	defer partner.Close()
	hook := notice.Webhook{URL: partner.URL, Source: "/custody/erasure", Key: key, Now: clock}
	if err := hook.Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	h := got.Header
	if h.Get("idempotency-key") != sample.ID || h.Get("content-type") != "application/cloudevents+json; charset=utf-8" {
		t.Errorf("headers = %v", h)
	}
	if err := notice.Verify(key.Public(), h.Get(notice.HeaderID), h.Get(notice.HeaderTimestamp), h.Get(notice.HeaderSignature), body, now); err != nil {
		t.Errorf("Verify = %v", err)
	}
	var e struct {
		ID, Type string
		Data     struct{ References, Erase []string }
	}
	if err := json.Unmarshal(body, &e); err != nil || e.ID != sample.ID || e.Type != erasure.NoticeType || e.Data.References[0] != "waybill-1" {
		t.Errorf("body = %s, %v", body, err)
	}
	first := body
	if err := hook.Send(t.Context(), sample); err != nil || !bytes.Equal(first, body) {
		t.Errorf("sent again it is %s, %v, want the same bytes", body, err)
	}
	for name, c := range map[string]struct {
		status int
		retry  string
		want   time.Duration
	}{
		"an error":           {500, "", 0},
		"seconds":            {429, "120", 2 * time.Minute},
		"a date":             {503, now.Add(time.Hour).Format(http.TimeFormat), time.Hour},
		"a date that is by":  {503, now.Add(-time.Hour).Format(http.TimeFormat), 0},
		"for ever":           {503, "99999999", 24 * time.Hour},
		"neither":            {503, "soon", 0},
		"a redirect":         {307, "", 0},
		"gone":               {410, "", 0},
		"less than no time":  {503, "-5", 0},
		"more than a number": {503, "99999999999999999999", 0},
	} {
		t.Run(name, func(t *testing.T) {
			status, retry = c.status, c.retry
			err := hook.Send(t.Context(), sample)
			var refusal notice.RefusalError
			if !errors.As(err, &refusal) || refusal.Status != c.status || refusal.RetryAfter() != c.want {
				t.Errorf("Send = %v, again after %v, want %d and %v", err, refusal.RetryAfter(), c.status, c.want)
			}
		})
	}
	partner.Close()
	if err := hook.Send(t.Context(), sample); err == nil {
		t.Error("Send to nobody = nil, want an error")
	}
}

func TestSignatures(t *testing.T) {
	body, id := []byte(`{"a":1}`), "answer-1"
	at := fmt.Sprint(now.Unix())
	token := notice.Token("secret-of-sto")
	good := token.Sign(id, now, body)
	for name, c := range map[string]struct {
		token                notice.Token
		id, stamp, signature string
		body                 string
		when                 time.Time
		want                 error
	}{
		"good":                  {token, id, at, good, `{"a":1}`, now, nil},
		"one good of several":   {token, id, at, "v1,AAAA v1a,BBBB " + good, `{"a":1}`, now, nil},
		"another party's token": {"secret-of-zto", id, at, good, `{"a":1}`, now, notice.ErrSignature},
		"no token":              {"", id, at, notice.Token("").Sign(id, now, body), `{"a":1}`, now, notice.ErrSignature},
		"another id":            {token, "answer-2", at, good, `{"a":1}`, now, notice.ErrSignature},
		"another body":          {token, id, at, good, `{"a":2}`, now, notice.ErrSignature},
		"no signature":          {token, id, at, "", `{"a":1}`, now, notice.ErrSignature},
		"not base64":            {token, id, at, "v1,***", `{"a":1}`, now, notice.ErrSignature},
		"too old":               {token, id, at, good, `{"a":1}`, now.Add(6 * time.Minute), notice.ErrTimestamp},
		"from the future":       {token, id, at, good, `{"a":1}`, now.Add(-6 * time.Minute), notice.ErrTimestamp},
		"no timestamp":          {token, id, "", good, `{"a":1}`, now, notice.ErrTimestamp},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.token.Verify(c.id, c.stamp, c.signature, []byte(c.body), c.when); !errors.Is(err, c.want) {
				t.Errorf("Verify = %v, want %v", err, c.want)
			}
		})
	}
	other := notice.NewKey(bytes.Repeat([]byte{8}, 32))
	if err := notice.Verify(other.Public(), id, at, key.Sign(id, now, body), body, now); !errors.Is(err, notice.ErrSignature) {
		t.Errorf("Verify with another key = %v, want ErrSignature", err)
	}
}

func TestKeysOfOpenSSL(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.pem")
	const pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n-----END PRIVATE KEY-----\n"
	if err := os.WriteFile(file, []byte(pem), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := notice.LoadKey(file)
	if err != nil || k.Public() != key.Public() {
		t.Errorf("LoadKey = %s, %v, want %s", k.Public(), err, key.Public())
	}
	if err := os.WriteFile(file, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := notice.LoadKey(file); err == nil || strings.Contains(err.Error(), "no key") {
		t.Errorf("LoadKey = %v, want an error that does not show the file", err)
	}
}

func TestFile(t *testing.T) {
	f := &notice.File{Directory: t.TempDir(), Party: "sto", Source: "/custody/erasure", Now: clock}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			one := sample
			one.ID = fmt.Sprint("id-", n)
			if err := f.Send(t.Context(), one); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	name := filepath.Join(f.Directory, "sto-2026-04-02.jsonl")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("line %s is no JSON", l)
		}
	}
	if len(lines) != 20 {
		t.Errorf("%d lines, want 20", len(lines))
	}
	if err := os.WriteFile(name, text[:len(text)-10], 0o600); err != nil { // a crash
		t.Fatal(err)
	}
	if err := f.Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if last := lines[len(lines)-1]; len(lines) != 21 || !json.Valid([]byte(last)) || !strings.Contains(last, sample.ID) {
		t.Errorf("after half a line came %s, want a whole one", last)
	}
	if err := (&notice.File{Directory: filepath.Join(f.Directory, "none"), Party: "sto"}).Send(t.Context(), sample); err == nil {
		t.Error("Send into no directory = nil, want an error")
	}
}

type topics map[string]event.Message

func (s topics) Send(_ context.Context, topic string, m event.Message) error {
	if topic == "" {
		return errors.New("no topic")
	}
	s[topic] = m
	return nil
}

func TestKafka(t *testing.T) {
	s := topics{}
	if err := (notice.Kafka{Topics: s, Topic: "sto.erasure", Source: "/c"}).Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	m := s["sto.erasure"]
	if string(m.Key) != sample.ID || !json.Valid(m.Value) || string(m.Headers[0].Value) != "application/cloudevents+json; charset=UTF-8" {
		t.Errorf("message = %s %s %v", m.Key, m.Value, m.Headers)
	}
	if err := (notice.Kafka{Topics: s}).Send(t.Context(), sample); err == nil {
		t.Error("Send = nil, want the error of Kafka")
	}
}

func TestMail(t *testing.T) {
	server, taken := smtp(t)
	m := notice.Mail{
		Mailbox: notice.Mailbox{Host: "127.0.0.1", Port: server, From: "erasure@tmall.example", Plain: true},
		To:      "privacy@sto.example", Source: "/custody/erasure", Now: clock,
	}
	if err := m.Send(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	text := <-taken
	for _, want := range []string{"Message-ID: <" + sample.ID + "@tmall.example>", "RCPT TO:<privacy@sto.example>", "notice.json", "waybill-1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	m.Mailbox.Port = 1
	if err := m.Send(t.Context(), sample); err == nil {
		t.Error("Send without a server = nil, want an error")
	}
}

// smtp is a server that takes one mail, and gives what it was told.
func smtp(t *testing.T) (port int, taken chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	taken = make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		said, in := &strings.Builder{}, bufio.NewScanner(c)
		answer := func(s string) { _, _ = fmt.Fprintf(c, "%s\r\n", s) }
		answer("220 here")
		for data := false; in.Scan(); {
			line := in.Text()
			fmt.Fprintln(said, line)
			switch {
			case data && line == ".":
				data = false
				answer("250 taken")
			case data:
			case strings.HasPrefix(line, "EHLO"):
				answer("250 here")
			case line == "DATA":
				data = true
				answer("354 go on")
			case line == "QUIT":
				answer("221 bye")
				taken <- said.String()
				return
			default:
				answer("250 fine")
			}
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, taken
}

func TestWords(t *testing.T) {
	n := sample
	n.Keep = append(n.Keep, erasure.Keep{Category: "log", Exemption: "backup"})
	text := notice.Words(n)
	for _, want := range []string{"请及时删除：name", "Please erase in a timely manner: name", "order (statutory-retention, until 2029-04-18)", "log (backup, no end is known)", "waybill-1", "2026-04-17", n.Answer} {
		if !strings.Contains(text, want) {
			t.Errorf("the words lack %q:\n%s", want, text)
		}
	}
	if everyone := notice.Words(erasure.Notification{Everyone: true}); !strings.Contains(everyone, "everyone whose data") {
		t.Errorf("words = %s, want them to say that it is about everyone", everyone)
	}
}

// As CSV there is a line for each reference; the columns are named once a file.
func TestFileAsCSV(t *testing.T) {
	f := &notice.File{Directory: t.TempDir(), Party: "sto", CSV: true, Now: clock}
	two, everyone := sample, sample
	two.References, two.Reminder = []string{"waybill-1", "a, \"b\""}, true
	everyone.ID, everyone.Everyone, everyone.References, everyone.Ask, everyone.Keep = "0f0e", true, nil, nil, nil
	for _, n := range []erasure.Notification{two, everyone} {
		if err := f.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(f.Directory, "sto-2026-04-02.csv"))
	const tail = `2026-04-17T08:00:00Z,%s,https://custody.example/v1/erasures/tmall/case-1` + "\n"
	want := "id,reference,time,case,controller,recipient,everyone,erase,ask,keep,deadline,reminder,answer\n" +
		sample.ID + `,waybill-1,2026-04-02T08:00:00Z,case-1,tmall,sto,false,name,face,order:statutory-retention:2029-04-18,` + fmt.Sprintf(tail, "true") +
		sample.ID + `,"a, ""b""",2026-04-02T08:00:00Z,case-1,tmall,sto,false,name,face,order:statutory-retention:2029-04-18,` + fmt.Sprintf(tail, "true") +
		`0f0e,,2026-04-02T08:00:00Z,case-1,tmall,sto,true,name,,,` + fmt.Sprintf(tail, "false")
	if err != nil || string(text) != want {
		t.Errorf("file, %v:\n%s\nwant\n%s", err, text, want)
	}
}

// Half a line that a crash left, though within a quoted field, swallows no line.
func TestHalfALineOfCSV(t *testing.T) {
	for _, half := range []string{`0f0e,a`, `0f0e,"a, `, `0f0e,"a, "`, `0f0e,"a, ""`, `0f0e,"a, ""b"`} {
		f := &notice.File{Directory: t.TempDir(), Party: "sto", CSV: true, Now: clock}
		name := filepath.Join(f.Directory, "sto-2026-04-02.csv")
		if err := os.WriteFile(name, []byte("id,reference\n"+half), 0o600); err != nil {
			t.Fatal(err)
		}
		two := sample
		two.References = []string{"waybill-1", `a, "b"`}
		if err := f.Send(t.Context(), two); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord = -1
		lines, err := r.ReadAll()
		if err != nil || len(lines) != 4 || lines[2][1] != "waybill-1" || lines[3][1] != `a, "b"` {
			t.Errorf("after %s: %q, %v, want both lines", half, lines, err)
		}
	}
}
