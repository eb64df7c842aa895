package findings

import (
	"time"

	"github.com/datacustody/custody/internal/catalog"
)

// A Rule is one that only history can tell to be broken.
type Rule struct {
	ID, Severity, Article string
	Message, Remedy       catalog.Label
}

// rules are those that need history; the SQL that judges by them stands in
// internal/store, what each means in docs/decisions/1001.
var rules = []Rule{
	{
		"consent-missing", "error", "PIPL 13(1)(1), 14",
		catalog.Label{English: "The flow relies on consent, and the person had given none by then", Chinese: "处理以同意为依据，但当时没有该个人的同意记录"},
		catalog.Label{English: "Report the consent with consent.granted (a late one counts from its own time), or state the ground that the flow has", Chinese: "补报 consent.granted 事件（以其发生时间为准），或填写实际的处理依据"},
	},
	{
		"consent-withdrawn", "error", "PIPL 15",
		catalog.Label{English: "The consent that the flow relies on had been withdrawn by then", Chinese: "处理所依据的同意当时已被撤回"},
		catalog.Label{English: "Stop the flow; have its service ask for the consent each time, or listen to consent.withdrawn", Chinese: "停止该处理；由该服务在每次处理前查询同意状态，或订阅 consent.withdrawn 事件"},
	},
	{
		"consent-not-covering", "error", "PIPL 14, 23",
		catalog.Label{English: "The consent that the flow relies on is not for this purpose, recipient, country or kind of data, or had expired", Chinese: "处理所依据的同意不包含该目的、接收方、国家或信息种类，或已过期"},
		catalog.Label{English: "Ask for a consent that covers it, or keep the flow to what was consented to", Chinese: "重新取得同意，或将处理限于已同意的范围"},
	},
	{
		"notice-superseded", "warning", "PIPL 14(2)",
		catalog.Label{English: "The consent was given to a notice that has been changed materially since", Chinese: "同意所依据的告知此后发生了重大变更"},
		catalog.Label{English: "Show the person the new notice and ask for consent again", Chinese: "向个人告知变更内容并重新取得同意"},
	},
	{
		"resurrected", "error", "PIPL 47",
		catalog.Label{English: "Data was used or given away after its erasure was requested", Chinese: "在请求删除之后仍处理了该个人信息"},
		catalog.Label{English: "Find the copy that was not erased, erase it, and report erasure.executed for its holder", Chinese: "查找未删除的副本并删除，然后上报 erasure.executed"},
	},
	{
		"retention-exceeded", "error", "PIPL 19",
		catalog.Label{English: "Data was used or given away after the last day of its keeping", Chinese: "在保存期限届满之后仍处理了该个人信息"},
		catalog.Label{English: "Erase what is kept too long, or report the event that lets it be kept longer", Chinese: "删除超期保存的信息，或上报延长保存期限的事件"},
	},
	{
		"source-gap", "warning", "PIPL 51",
		catalog.Label{English: "Numbers are missing in the sequence of a source's events: some never came, or were refused", Chinese: "来源的事件序号不连续：有事件未送达，或被拒收"},
		catalog.Label{English: "See custody dead-letters for those that were refused, and send the others again from the source; each is logged once however often it is sent", Chinese: "被拒收的事件见 custody dead-letters；其余由来源重新发送，重复发送只记录一次"},
	},
	{
		"overdue", "error", "PIPL 47, 50",
		catalog.Label{English: "The deadline of a request to erase is over, and the party that was told has not answered", Chinese: "删除请求的答复期限已过，被通知方未答复"},
		catalog.Label{English: "Ask the party for its answer (custody erase show, remind), take it down, and mark the finding resolved: an answer that comes late does not undo it", Chinese: "催促该方答复（custody erase show、remind）并登记，然后将该发现标记为 resolved；逾期答复不会使其失效"},
	},
}

// Rules are the rules that need history.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// Superseded says since when each policy is out of date as a notice: since the
// first of the versions after it that differs materially from the one before.
func Superseded(c *catalog.Catalog) map[string]time.Time {
	since := map[string]time.Time{}
	versions := c.Policies() // of a platform from the oldest to the newest
	for i := len(versions) - 1; i > 0; i-- {
		older, newer := versions[i-1], versions[i]
		if older.Platform != newer.Platform {
			continue
		}
		if at, ok := since[newer.ID]; ok {
			since[older.ID] = at
		}
		if material(older, newer) {
			since[older.ID] = time.Unix(0, newer.From).UTC()
		}
	}
	return since
}

func material(older, newer *catalog.Policy) bool {
	for _, change := range catalog.Diff(older, newer) {
		if change.Material {
			return true
		}
	}
	return false
}

// Days are within how many days controllers promise to answer: as their newest
// policy that says so.
func Days(c *catalog.Catalog) map[string]int {
	days := map[string]int{}
	for _, p := range c.Policies() { // of a platform from the oldest to the newest
		for _, controller := range p.Controllers {
			if p.ReplyDays > 0 {
				days[controller.ID] = p.ReplyDays
			}
		}
	}
	return days
}

// Zones are the time zones in which the days of controllers end.
func Zones(c *catalog.Catalog) map[string]string {
	zones := map[string]string{}
	for _, p := range c.Policies() {
		for _, controller := range p.Controllers {
			zones[controller.ID] = p.Zone.String()
		}
	}
	return zones
}
