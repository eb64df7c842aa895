package api

import (
	"context"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

type planAnswer struct{ Body plan }

// A plan is who is to erase what, and who is to be told of it now.
type plan struct {
	Complete    bool               `json:"complete" doc:"As in the certificate"`
	Missing     int64              `json:"missing" doc:"As in the certificate"`
	Certificate ledger.Certificate `json:"certificate" doc:"How much the answer knows of what there is to know"`
	Controller  string             `json:"controller"`
	Case        string             `json:"case"`
	Deadline    time.Time          `json:"deadline"`
	Parties     []plannedParty     `json:"parties" doc:"By the length of their paths, then by name"`
	Notices     []dueNotice        `json:"notices" doc:"What is to be told now, or after a pause"`
}

type plannedParty struct {
	Party        string            `json:"party"`
	Path         []string          `json:"path" doc:"Shortest chain of parties from the controller to this one"`
	Channel      string            `json:"channel" doc:"How it is told; empty: it is in no route"`
	First        *time.Time        `json:"first" doc:"When it first got anything of what it has, or had"`
	Last         *time.Time        `json:"last"`
	Unreachable  bool              `json:"unreachable"`
	UnknownBelow []string          `json:"unknown_below" doc:"To whom it may have passed data on without reporting it"`
	Categories   []plannedCategory `json:"categories"`
}

type plannedCategory struct {
	Category  string `json:"category"`
	Decision  string `json:"decision" enum:"erase,restrict,ask,nothing"`
	Reason    string `json:"reason"`
	Exemption string `json:"exemption,omitempty"`
	Until     string `json:"until,omitempty" doc:"Last day of keeping"`
}

type dueNotice struct {
	Party     string     `json:"party"`
	Channel   string     `json:"channel"`
	Why       string     `json:"why" enum:"first,late,hold,reminder"`
	NotBefore *time.Time `json:"not_before" doc:"After a failure: the end of the pause"`
	Erase     []string   `json:"erase"`
	Ask       []string   `json:"ask"`
}

func (s *server) casePlan(ctx context.Context, in *WhichCase) (*planAnswer, error) {
	file, c, err := s.file(ctx, in, event.ActionErasurePlan)
	if err != nil {
		return nil, err
	}
	r := &file.Case.Request
	answer := plan{c.Complete, c.Missing, c, r.Controller, r.Case, file.Case.Deadline.UTC(), []plannedParty{}, []dueNotice{}}
	for i := range file.Case.Parties {
		answer.Parties = append(answer.Parties, plannedOf(&file.Case.Parties[i]))
	}
	for _, step := range file.Case.Steps() {
		answer.Notices = append(answer.Notices, dueNotice{step.Party, step.Channel, string(step.Why), moment(step.NotBefore), list(step.Notice.Erase), list(step.Notice.Ask)})
	}
	return &planAnswer{answer}, nil
}

func plannedOf(p *erasure.Party) plannedParty {
	planned := plannedParty{p.Party, list(p.Path), p.Channel, moment(p.First), moment(p.Last), p.Unreachable, list(p.UnknownBelow), []plannedCategory{}}
	for _, c := range p.Choices {
		planned.Categories = append(planned.Categories, plannedCategory{c.Category, string(c.Decision), string(c.Reason), c.Exemption, c.Until})
	}
	return planned
}
