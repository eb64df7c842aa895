package notice

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/datacustody/custody/internal/erasure"
)

// A Mailbox is the server that mail goes out through.
type Mailbox struct {
	Host           string
	Port           int // 0 = 587
	User, Password string
	From           string // the sender's address
	TLS            *tls.Config
	Plain          bool // without TLS: for a server on this machine only
}

// A Mail writes to a party's address: the notice in words, in Chinese and in
// English, and as a CloudEvent beside. Its Message-ID is the notice's id.
type Mail struct {
	Mailbox Mailbox
	To      string
	Source  string
	Now     func() time.Time // nil: time.Now
}

// Send returns when the server has taken the mail.
func (m Mail) Send(ctx context.Context, n erasure.Notification) error {
	message, err := m.message(n)
	if err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	client, err := m.client()
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}

func (m Mail) message(n erasure.Notification) (*mail.Msg, error) {
	message := mail.NewMsg()
	if err := message.From(m.Mailbox.From); err != nil {
		return nil, err
	}
	if err := message.To(m.To); err != nil {
		return nil, err
	}
	_, host, _ := strings.Cut(m.Mailbox.From, "@")
	message.SetMessageIDWithValue(n.ID + "@" + strings.TrimSuffix(host, ">"))
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	message.SetDateWithValue(now())
	message.Subject(subject(n))
	message.SetBodyString(mail.TypeTextPlain, Words(n))
	if err := message.AttachReader("notice.json", strings.NewReader(string(n.CloudEvent(m.Source))), mail.WithFileContentType("application/cloudevents+json")); err != nil {
		return nil, err
	}
	return message, nil
}

func (m Mail) client() (*mail.Client, error) {
	box := m.Mailbox
	options := []mail.Option{mail.WithTLSPolicy(mail.TLSMandatory), mail.WithPort(587)}
	if box.Port != 0 {
		options = append(options, mail.WithPort(box.Port))
	}
	if box.TLS != nil {
		options = append(options, mail.WithTLSConfig(box.TLS))
	}
	if box.Plain {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if box.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(box.User), mail.WithPassword(box.Password))
	}
	return mail.NewClient(box.Host, options...)
}

func subject(n erasure.Notification) string {
	s := "个人信息删除通知 / Notice to erase personal data: " + n.Case
	if n.Reminder {
		s = "提醒 / Reminder: " + s
	}
	return s
}
