package simulate

import "strings"

// shopShares are the shops and how many percent of the people each has. A
// shop's name is controller, namespace of its accounts and root of its sources.
var shopShares = []struct {
	name  string
	share uint64
}{{"tmall", 44}, {"taobao", 20}, {"1688", 16}, {"aliexpress", 12}, {"alibaba-com", 8}}

func openShops() []shop {
	tales := [][]tale{accountTales, orderTales, browseTales, partnerTales, publicTales, rightsTales, officeTales}
	shops := make([]shop, len(shopShares))
	for i, s := range shopShares {
		shop := &shops[i]
		shop.name, shop.share = s.name, s.share
		for _, part := range tales {
			for j := range part {
				if t := &part[j]; t.shops == "" || strings.Contains(" "+t.shops+" ", " "+s.name+" ") {
					shop.stories = append(shop.stories, compile(t, s.name))
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
