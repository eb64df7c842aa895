// Package findings keeps custody.findings: what the rules that need history say of
// the log, and what the writer of the log found in single events.
//
// Its law: after each step the findings that stand are what the rules say of the
// log below the offsets that the step names, and of nothing else, however it came
// there: in one step or in many, in whatever order events arrived, and whatever
// crashed. A finding that a later event makes void is said to be void; nothing is
// ever changed or deleted.
package findings
