package simulate

import "strings"

// shopShares are the shops and how many percent of the people each has. A
// shop's name is controller, namespace of its accounts and root of its sources.
// The notice is the policy that its customers are shown; Taobao's is none of ours.
var shopShares = []struct {
	name   string
	share  uint64
	notice string
}{
	{"tmall", 44, "tmall-2023-04-18"}, {"taobao", 20, "taobao-current"}, {"1688", 16, "1688-2023-v1"},
	{"aliexpress", 12, "aliexpress-cn-seller-2022-01-27"}, {"alibaba-com", 8, "alibaba-com-2022-07-27"},
}

func openShops() []shop {
	tales := [][]tale{accountTales, orderTales, browseTales, partnerTales, publicTales, rightsTales, officeTales}
	shops := make([]shop, len(shopShares))
	for i, s := range shopShares {
		shop := &shops[i]
		shop.name, shop.share = s.name, s.share
		for _, part := range tales {
			for j := range part {
				if t := &part[j]; t.shops == "" || strings.Contains(" "+t.shops+" ", " "+s.name+" ") {
					shop.stories = append(shop.stories, compile(t, s.name, s.notice))
				}
			}
		}
		for j := range shop.stories {
			story := &shop.stories[j]
			shop.sum += story.weight
			switch story.tale.name {
			case "register":
				shop.registers = story
			case "erasure":
				shop.erases = story
			}
		}
	}
	return shops
}
