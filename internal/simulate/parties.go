package simulate

import (
	"math/bits"
	"slices"
)

// noParty is no position in parties.
const noParty = 0xff

// The names in braces that are chosen when a story begins, and what from.
const (
	carrier = iota
	overseasCarrier
	seller
	overseasSeller
	bank
	advertiser
	analyst
	provider
	developer
	choiceCount
)

var choiceNames = [choiceCount]string{
	"carrier", "overseas-carrier", "seller", "overseas-seller", "bank", "advertiser", "analyst", "provider", "developer",
}

var choiceParties = [choiceCount][]string{
	{"sf-express", "zto-express", "yto-express", "sto-express", "yunda-express", "jt-express", "ems"},
	{"dhl-express", "ups", "fedex"},
	{"seller-hangzhou-tea", "seller-yiwu-toys", "seller-shenzhen-phones", "seller-foshan-furniture", "seller-wuxi-silk",
		"seller-jingdezhen-porcelain", "seller-quanzhou-shoes", "seller-dalian-seafood"},
	{"seller-osaka-cosmetics", "seller-seoul-skincare", "seller-lyon-perfume"},
	{"icbc", "ccb", "cmb", "boc", "abc-bank"},
	{"alimama", "mediav", "tanx-partner"},
	{"umeng", "emas-analytics"},
	{"service-center-chengdu", "membership-provider"},
	{"mini-program-bakery", "mini-program-tickets"},
}

// fixedParties are those that steps name outright.
var fixedParties = []string{
	"alipay", "alipay-singapore", "mybank", "cainiao", "china-customs", "taobao-security", "alibaba-cloud-security",
	"zhejiang-university", "market-regulator", "successor-platform", "ele-me", "fliggy", "weibo", "sina-login",
	"credit-bureau", "public-security-registry", "aliyun", "seller-auckland-milk", "mini-program-garden", "sdk-nightingale",
}

// strangers are those that nobody has registered; to name one is a finding.
var strangers = []string{"seller-auckland-milk", "mini-program-garden", "sdk-nightingale"}

// homes are the countries of the parties abroad.
var homes = map[string]string{
	"seller-osaka-cosmetics": "JP", "seller-seoul-skincare": "KR", "seller-lyon-perfume": "FR", "seller-auckland-milk": "NZ",
	"dhl-express": "DE", "ups": "US", "fedex": "US", "alipay-singapore": "SG",
}

// parties holds every recipient there is: one byte says which. choicesOf and
// partyOf follow from it.
var parties, choicesOf, partyOf = listParties()

// unregistered and countries say more of a party, by its position.
var unregistered, countries = describe()

func describe() (unregistered [noParty + 1]bool, countries [noParty + 1]string) {
	for _, name := range strangers {
		unregistered[partyOf[name]] = true
	}
	for i, name := range parties {
		countries[i] = "CN"
		if home, abroad := homes[name]; abroad {
			countries[i] = home
		}
	}
	return unregistered, countries
}

func listParties() (all []string, choices [choiceCount][]uint8, of map[string]uint8) {
	of = make(map[string]uint8)
	add := func(name string) uint8 {
		of[name] = uint8(len(all))
		all = append(all, name)
		return of[name]
	}
	for _, name := range fixedParties {
		add(name)
	}
	for i, names := range choiceParties {
		for _, name := range names {
			choices[i] = append(choices[i], add(name))
		}
	}
	return all, choices, of
}

// A set holds positions of parties.
type set [2]uint64

func (s *set) add(party uint8) { s[party/64] |= 1 << (party % 64) }

func (s *set) appendTo(list []uint8) []uint8 {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			list = append(list, uint8(64*i+bits.TrailingZeros64(word)))
		}
	}
	return list
}

func (s *set) names() []string {
	var names []string
	for _, party := range s.appendTo(nil) {
		names = append(names, parties[party])
	}
	slices.Sort(names)
	return names
}
