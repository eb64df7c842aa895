package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// report prints what the day has left in the log.
func (d *demo) report(ctx context.Context, db *store.DB, t *tally, counts map[ledger.Outcome]uint64, found map[string]uint64) error {
	fmt.Fprintf(d.out, "\nRecords by outcome, as the log has them and as the simulation made them\n")
	type line struct {
		outcome      string
		logged, made uint64
	}
	var lines []line
	for o := ledger.Accepted; o <= ledger.Lost; o++ {
		lines = append(lines, line{o.String(), counts[o], t.outcomes[o.String()]})
	}
	err := printAll(d.out, "table", lines, []column[line]{
		{name: "outcome", value: func(l line) any { return l.outcome }},
		{name: "logged", value: func(l line) any { return l.logged }},
		{name: "made", value: func(l line) any { return l.made }},
	})
	if err != nil {
		return err
	}
	if err := d.findings(t, found); err != nil {
		return err
	}
	if d.histories {
		if err := d.history(ctx, db); err != nil {
			return err
		}
	}
	person := t.person()
	subject := string(t.simulation.Subject(person))
	if err := d.recipients(ctx, db, subject, t.simulation.Recipients(person)); err != nil {
		return err
	}
	return d.audit(ctx, subject)
}

// findings prints the rules that most events break.
func (d *demo) findings(t *tally, found map[string]uint64) error {
	const most = 8
	broken := slices.DeleteFunc(rules.All(), func(r *rules.Rule) bool { return found[r.ID] == 0 })
	slices.SortStableFunc(broken, func(a, b *rules.Rule) int { return cmp.Compare(found[b.ID], found[a.ID]) })
	fmt.Fprintf(d.out, "\nWhat accepted events break of the policies and the law: %d rules, these most often (custody rules)\n", len(broken))
	columns := []column[*rules.Rule]{
		{name: "rule", value: func(r *rules.Rule) any { return r.ID }, width: 40},
		{name: "severity", value: func(r *rules.Rule) any { return r.Severity.String() }},
		{name: "law", value: func(r *rules.Rule) any { return r.Article }},
		{name: "logged", value: func(r *rules.Rule) any { return found[r.ID] }},
	}
	if !d.ownPolicies() {
		columns = append(columns, column[*rules.Rule]{name: "made", value: func(r *rules.Rule) any { return t.broken[r.ID] }})
	}
	return printAll(d.out, "table", broken[:min(most, len(broken))], columns)
}

// ownPolicies says that events are judged by more than the simulation knows.
func (d *demo) ownPolicies() bool {
	return d.house.servers.contract.parties != "" || d.house.servers.contract.policies != ""
}

// recipients looks a person up, as custody recipients does.
func (d *demo) recipients(ctx context.Context, db *store.DB, subject string, expected []string) error {
	fmt.Fprintf(d.out, "\nWho got the data of one person: custody recipients %s\n", subject)
	l := lookup{app: &app{servers: d.house.servers, surroundings: surroundings{err: d.progress}}, actor: "demo", controller: controllerDefault, cluster: clusterDefault, wait: 5 * time.Second}
	certificate, subjects, err := l.person(ctx, db, []string{subject}, event.ActionRecipients)
	if err != nil {
		return err
	}
	flows, err := db.Flows(ctx, certificate.Known(), subjects...)
	if err != nil {
		return err
	}
	found := lineage.Recipients(flows)
	if err := printAll(d.out, "table", found, recipientColumns()); err != nil {
		return err
	}
	summarise(d.out, &certificate)
	if certificate.Missing > 0 || certificate.Holed() { // refused records are part of the day
		return l.verdict(certificate)
	}
	for _, party := range expected {
		if !slices.ContainsFunc(found, func(r lineage.Recipient) bool { return r.Party == party }) {
			return fmt.Errorf("the look-up lacks the recipient %s", party)
		}
	}
	return nil
}

// audit asks as an auditor would, with nothing but SQL.
func (d *demo) audit(ctx context.Context, subject string) error {
	namespace, id, _ := strings.Cut(subject, ":")
	query := fmt.Sprintf(`SELECT recipient, purposes, grounds, toDateTime(first_time) AS first, toDateTime(last_time) AS last, events
FROM custody.recipients
WHERE subject_namespace = '%s' AND subject = '%s'
  AND hasAny(categories, ['phone-number', 'consignee-phone-number'])
ORDER BY first, recipient`, namespace, id)
	fmt.Fprintf(d.out, "\nWho got this person's phone number, and on which ground? An auditor asks in SQL\n\n%s\n\n", query)
	if d.house.clickhouse == nil {
		return nil // a server's HTTP port is anywhere
	}
	answer, err := d.house.ask(ctx, roleAuditor, query+" FORMAT PrettyCompactMonoBlock SETTINGS output_format_pretty_color = 0, output_format_pretty_row_numbers = 0")
	if err != nil {
		return err
	}
	fmt.Fprintln(d.out, answer)
	return nil
}

// ask sends a query to ClickHouse's HTTP port, as curl would.
func (h *house) ask(ctx context.Context, user, query string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.clickhouse.HTTPAddr()+"/", strings.NewReader(query))
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(user, h.servers.clickhouse.passwords[user])
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(strings.TrimSpace(string(text)))
	}
	return string(text), err
}
