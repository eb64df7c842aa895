package notice

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

// head names the columns of a file of notices as CSV.
var head = []string{"id", "reference", "time", "case", "controller", "recipient", "everyone", "erase", "ask", "keep", "deadline", "reminder", "answer"}

// table is a notice as lines of CSV, one for each reference, so that id and reference
// together name a line. Categories have blanks between them; one that is to be kept
// stands as category:exemption:until.
func table(n erasure.Notification) []byte {
	var keep []string
	for _, k := range n.Keep {
		keep = append(keep, strings.TrimSuffix(k.Category+":"+k.Exemption+":"+k.Until, ":"))
	}
	references := n.References
	if len(references) == 0 {
		references = []string{""}
	}
	var lines bytes.Buffer
	w := csv.NewWriter(&lines)
	for _, r := range references {
		_ = w.Write([]string{ // a buffer takes everything
			n.ID, r, n.Time.UTC().Format(time.RFC3339), n.Case, n.Controller, n.Recipient, strconv.FormatBool(n.Everyone),
			strings.Join(n.Erase, " "), strings.Join(n.Ask, " "), strings.Join(keep, " "),
			n.Deadline.UTC().Format(time.RFC3339), strconv.FormatBool(n.Reminder), n.Answer,
		})
	}
	w.Flush()
	return lines.Bytes()
}
