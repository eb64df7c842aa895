package main

import (
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/segmentio/kafka-go"
)

// A day is a date in JSON: 2026-11-26.
type day struct{ time.Time }

func (d *day) UnmarshalJSON(text []byte) (err error) {
	d.Time, err = time.Parse(`"`+time.DateOnly+`"`, string(text))
	return err
}

// orNull is what the driver takes for a column that may be null.
func (d *day) orNull() *time.Time {
	if d == nil {
		return nil
	}
	return &d.Time
}

type ref struct {
	Source string `json:"source"`
	ID     string `json:"id"`
}

// data is what an event of any kind may say.
type data struct {
	Controller   string   `json:"controller"`
	Holder       string   `json:"holder"`
	Recipient    string   `json:"recipient"`
	Relationship string   `json:"relationship"`
	Country      string   `json:"country"`
	Categories   []string `json:"categories"`
	Purpose      string   `json:"purpose"`
	LegalBasis   string   `json:"legal_basis"`
	ConsentForm  string   `json:"consent_form"`
	ConsentID    string   `json:"consent_id"`
	Protection   string   `json:"protection"`
	Necessity    string   `json:"necessity"`
	Channel      string   `json:"channel"`
	SDK          struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"sdk"`
	ContractRef      string     `json:"contract_ref"`
	RetentionUntil   *day       `json:"retention_until"`
	Origin           string     `json:"origin"`
	From             string     `json:"from"`
	RecipientRef     string     `json:"recipient_ref"`
	Mechanism        string     `json:"mechanism"`
	ApprovalRef      string     `json:"approval_ref"`
	Audience         string     `json:"audience"`
	DisclosureGround string     `json:"disclosure_ground"`
	Purposes         []string   `json:"purposes"`
	Recipients       []string   `json:"recipients"`
	Countries        []string   `json:"countries"`
	Notice           string     `json:"notice"`
	Expires          *day       `json:"expires"`
	RequestID        string     `json:"request_id"`
	Ground           string     `json:"ground"`
	Scope            string     `json:"scope"`
	Deadline         *time.Time `json:"deadline"`
	NoticeChannel    string     `json:"notice_channel"`
	Attempt          uint16     `json:"attempt"`
	Delivery         string     `json:"delivery"`
	Evidence         struct {
		URI    string `json:"uri"`
		SHA256 string `json:"sha256"`
	} `json:"evidence"`
	Method        string `json:"method"`
	Exemption     string `json:"exemption"`
	Until         *day   `json:"until"`
	Refusal       string `json:"refusal"`
	LinkedSubject string `json:"linked_subject"`
	Finding       string `json:"finding"`
	State         string `json:"state"`
	Action        string `json:"action"`
	Detail        string `json:"detail"`
	Minor         bool   `json:"minor"`
	Actor         string `json:"actor"`
	RecordRef     string `json:"record_ref"`
	Note          string `json:"note"`
	Parents       []ref  `json:"parents"`
}

// columns in the order of appendRow.
const columns = "kafka_partition, kafka_offset, source, id, type, subject, time, traceparent, correlationid, parent_sources, parent_ids, " +
	"controller, holder, recipient, relationship, country, categories, purpose, legal_basis, consent_form, consent_id, protection, " +
	"necessity, channel, sdk_name, sdk_version, contract_ref, retention_until, origin, `from`, recipient_ref, mechanism, approval_ref, " +
	"audience, disclosure_ground, purposes, recipients, countries, notice, expires, request_id, ground, scope, deadline, notice_channel, " +
	"attempt, delivery, evidence_uri, evidence_sha256, method, exemption, until, refusal, linked_subject, finding, state, action, detail, " +
	"minor, actor, record_ref, note"

func appendRow(rows driver.Batch, m kafka.Message, e *cloudevents.Event, d *data) error {
	sources, ids := make([]string, len(d.Parents)), make([]string, len(d.Parents))
	for i, p := range d.Parents {
		sources[i], ids[i] = p.Source, p.ID
	}
	err := rows.Append(
		int32(m.Partition), m.Offset, e.Source(), e.ID(), e.Type(), e.Subject(), e.Time(),
		extension(e, "traceparent"), extension(e, "correlationid"), sources, ids,
		d.Controller, d.Holder, d.Recipient, d.Relationship, d.Country, d.Categories, d.Purpose, d.LegalBasis, d.ConsentForm, d.ConsentID, d.Protection,
		d.Necessity, d.Channel, d.SDK.Name, d.SDK.Version, d.ContractRef, d.RetentionUntil.orNull(), d.Origin, d.From, d.RecipientRef, d.Mechanism, d.ApprovalRef,
		d.Audience, d.DisclosureGround, d.Purposes, d.Recipients, d.Countries, d.Notice, d.Expires.orNull(), d.RequestID, d.Ground, d.Scope, d.Deadline, d.NoticeChannel,
		d.Attempt, d.Delivery, d.Evidence.URI, d.Evidence.SHA256, d.Method, d.Exemption, d.Until.orNull(), d.Refusal, d.LinkedSubject, d.Finding, d.State, d.Action, d.Detail,
		d.Minor, d.Actor, d.RecordRef, d.Note,
	)
	if err != nil {
		return fmt.Errorf("append %d/%d: %w", m.Partition, m.Offset, err)
	}
	return nil
}

func extension(e *cloudevents.Event, name string) string {
	text, _ := e.Extensions()[name].(string)
	return text
}
