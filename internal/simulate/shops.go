package simulate

// ourShops are the shops, the policy of each and how many percent of the people it
// has. A shop's name is controller, namespace of its accounts and root of its
// sources. Taobao is the platform that was forgotten when policies were registered.
var ourShops = []shop{
	{name: "tmall", policy: "tmall-2023-04-18", share: 52},
	{name: "1688", policy: "1688-2023-v1", share: 22},
	{name: "aliexpress", policy: "aliexpress-cn-seller-2022-01-27", share: 15},
	{name: "alibaba-com", policy: "alibaba-com-2022-07-27", share: 8},
	{name: "taobao", share: 3},
}

func openShops() []shop {
	tales := [][]tale{accountTales, supplierTales, orderTales, browseTales, partnerTales, publicTales, rightsTales, officeTales}
	shops := make([]shop, len(ourShops))
	for i := range ourShops {
		shops[i] = ourShops[i]
		for _, part := range tales {
			shops[i].tell(&shops[i].usual, part)
		}
		shops[i].tell(&shops[i].drifts, driftTales)
		shops[i].occasions()
	}
	return shops
}

// tell adds those of the tales that happen in the shop.
func (s *shop) tell(to *stories, tales []tale) {
	for i := range tales {
		if t := &tales[i]; s.in(t.shops) {
			to.all = append(to.all, compile(t, s))
			to.sum += t.weight
		}
	}
}

func (s *shop) occasions() {
	for i := range s.usual.all {
		switch story := &s.usual.all[i]; story.tale.name {
		case "register":
			s.registers = story
		case "erasure":
			s.erases = story
		}
	}
}
