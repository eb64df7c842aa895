package ledger

import "time"

// A Drift is something that happens and is not declared, or is declared and does not happen.
type Drift struct {
	Drift       string     `json:"drift" doc:"seen-undeclared or declared-unseen"`
	Platform    string     `json:"platform" doc:"Empty where no policy is known of the controller"`
	Controllers []string   `json:"controllers" doc:"In whose name it happened; whose policy declares it"`
	Policy      string     `json:"policy" doc:"Policy in force when it happened, or that declares it now"`
	Entry       string     `json:"entry" doc:"Entry of the policy that does not happen; empty of what was seen"`
	Kind        string     `json:"kind" example:"data.shared"`
	Parties     []string   `json:"parties" doc:"Recipient, third party or audience; *carrier is a class"`
	Purposes    []string   `json:"purposes"`
	Categories  []string   `json:"categories" doc:"Kinds of data that are not declared, or never seen"`
	Events      uint64     `json:"events" doc:"Pieces of data that show it, or that the entry covers: an event counts once for each kind"`
	First       *time.Time `json:"first"`
	Last        *time.Time `json:"last"`
}

// A Listed is a row of one of the two lists (双清单) of a platform.
type Listed struct {
	List      string     `json:"list" doc:"collected: what is collected; sharing: what third parties get"`
	Platform  string     `json:"platform"`
	Party     string     `json:"party" doc:"Who gets it, *class where the policy names a class; in collected whom it comes from, or empty"`
	Purpose   string     `json:"purpose"`
	Declared  []string   `json:"declared" doc:"Kinds of data that the policy in force declares"`
	Seen      []string   `json:"seen" doc:"Kinds of data in events"`
	Entries   []string   `json:"entries" doc:"Entries of the policy that declare them"`
	Necessity []string   `json:"necessity"`
	Channels  []string   `json:"channels"`
	SDKs      []string   `json:"sdks"`
	Countries []string   `json:"countries"`
	Events    uint64     `json:"events" doc:"Pieces of data in events: an event counts once for each kind"`
	First     *time.Time `json:"first"`
	Last      *time.Time `json:"last"`
}

// Undeclared is what was seen and is not declared.
func (l *Listed) Undeclared() (out []string) {
	declared := make(map[string]bool, len(l.Declared))
	for _, d := range l.Declared {
		declared[d] = true
	}
	for _, s := range l.Seen {
		if !declared[s] {
			out = append(out, s)
		}
	}
	return out
}
