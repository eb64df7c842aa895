package notice

import (
	"fmt"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

// Words are a notice for people to read, in Chinese and in English.
func Words(n erasure.Notification) string {
	var b strings.Builder
	for _, l := range []words{chinese, english} {
		l.write(&b, n)
	}
	return b.String()
}

// A words is a notice in one language.
type words struct {
	opening, everyone, references, erase, ask, keep, until, forever, deadline, answer string
}

var chinese = words{
	opening:    "致 %s：\n%s 收到了删除个人信息的请求（案件 %s），并通知从其处取得该信息的贵方。\n",
	everyone:   "涉及：贵方从其处取得的全部人员的信息。\n",
	references: "涉及人员在贵方的标识：%s\n",
	erase:      "请及时删除：%s\n",
	ask:        "请删除，除非贵方已单独取得本人授权或依法必须保存：%s\n",
	keep:       "须继续保存，但除存储和必要的安全保护外停止处理：%s（%s，%s）\n",
	until:      "至 %s", forever: "期限未定",
	deadline: "答复期限：%s\n", answer: "答复地址：%s\n\n",
}

var english = words{
	opening:    "To %s:\n%s was asked to erase personal data (case %s), and tells you, who obtained it from there.\n",
	everyone:   "It concerns everyone whose data you obtained from there.\n",
	references: "The persons concerned, as you know them: %s\n",
	erase:      "Please erase in a timely manner: %s\n",
	ask:        "Please erase, unless the person authorised you separately or a law has you keep it: %s\n",
	keep:       "To be kept, for storage and its security only: %s (%s, %s)\n",
	until:      "until %s", forever: "no end is known",
	deadline: "Please answer by: %s\n", answer: "Answers go to: %s\n\n",
}

func (l words) write(b *strings.Builder, n erasure.Notification) {
	fmt.Fprintf(b, l.opening, n.Recipient, n.Controller, n.Case)
	if n.Everyone {
		b.WriteString(l.everyone)
	}
	for _, part := range []struct {
		format string
		list   []string
	}{{l.references, n.References}, {l.erase, n.Erase}, {l.ask, n.Ask}} {
		if len(part.list) > 0 {
			fmt.Fprintf(b, part.format, strings.Join(part.list, ", "))
		}
	}
	for _, k := range n.Keep {
		until := l.forever
		if k.Until != "" {
			until = fmt.Sprintf(l.until, k.Until)
		}
		fmt.Fprintf(b, l.keep, k.Category, k.Exemption, until)
	}
	fmt.Fprintf(b, l.deadline, n.Deadline.Format(time.RFC3339))
	if n.Answer != "" {
		fmt.Fprintf(b, l.answer, n.Answer)
	}
}
