package catalog

import (
	"regexp"
	"slices"
	"time"
)

// A Role is what a party is; a policy names classes of recipients by it.
type Role uint8

// The roles.
const (
	NoRole Role = iota
	RoleController
	RoleAffiliate
	RolePaymentInstitution
	RoleFinancialInstitution
	RoleLogistics
	RoleCarrier
	RoleOverseasCarrier
	RoleSDKVendor
	RoleAdvertising
	RoleAnalytics
	RoleStability
	RoleInfrastructure
	RoleCustomerService
	RoleMembership
	RoleSeller
	RoleOverseasSeller
	RoleServiceProvider
	RoleDeveloper
	RoleCustoms
	RoleAuthority
	RoleResearch
	RolePublic
	RoleSuccessor
	RoleThirdPartyPlatform
)

var roles = []string{
	"", "controller", "affiliate", "payment-institution", "financial-institution", "logistics", "carrier", "overseas-carrier",
	"sdk-vendor", "advertising", "analytics", "stability", "infrastructure", "customer-service", "membership", "seller",
	"overseas-seller", "service-provider", "developer", "customs", "authority", "research", "public", "successor",
	"third-party-platform",
}

// String is the role as the files have it.
func (r Role) String() string { return roles[r] }

func roleNamed(name string) Role { return Role(max(0, slices.Index(roles, name))) }

// A Party is a controller, holder or recipient that is registered.
type Party struct {
	ID        string
	Name      Label
	Role      Role
	Companies []Label
	Country   string // ISO 3166-1 alpha-2; may be empty
	Group     string // the companies that it belongs to
	Contact   Contact
	Notice    string   // term of notice-channel: how it is told to erase
	Onward    []string // parties and roles that it is declared to pass data on to
	Contract  string   // reference of the contract with it
	Approvals []Approval
	Sources   []Citation
	// Advertiser says that it gets data as an advertiser or an analyst, who must
	// not learn who a person is.
	Advertiser bool

	Region   Region    // Country, as a number
	policies []*Policy // those of which it is a controller, by the time at which they take effect
	onward   Parties
	lines    []int // of each of Onward, in its file
	place    place
}

// A Contact is how a party is reached, as far as a policy says so.
type Contact struct{ Email, URL, Phone, Address string }

// A Citation is where a policy says something.
type Citation struct{ Policy, Section string }

// An Approval is what allows a party abroad to get data: an assessment that was
// passed, a contract that was filed, a certificate.
type Approval struct{ Ref, Mechanism, From, Until string }

// Holds says whether the approval was in force at an instant, its days being
// those of the policy's zone, or of China's where there is no policy.
func (a *Approval) Holds(at int64, p *Policy) bool {
	zone := china
	if p != nil {
		zone = p.Zone
	}
	day := time.Unix(0, at).In(zone).Format(time.DateOnly)
	return (a.From == "" || a.From <= day) && (a.Until == "" || day <= a.Until)
}

var china = time.FixedZone("CST", 8*60*60)

// place is where a file says something.
type place struct {
	file string
	line int
}

var partyID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func (c *Catalog) readParty(o *object) *Party {
	defer o.done()
	p := &Party{
		ID: o.must("id", "the party's id"), Name: o.labels(), Country: o.text("country"), Group: o.text("group"),
		Contract: o.text("contract"), Notice: "manual", place: place{o.file, o.line},
	}
	if p.ID != "" && !partyID.MatchString(p.ID) {
		o.wrong("id", "want the id that events give: at most 63 small letters, digits and hyphens")
	}
	if p.Name == (Label{}) {
		o.wrong("en", "is missing: want a name, en or zh")
	}
	if p.Role = roleNamed(o.oneOf("role", roles[1:])); p.Role == NoRole && o.values["role"] == nil {
		o.wrong("role", "is missing: want what the party is, such as payment-institution")
	}
	p.Advertiser = p.Role == RoleAdvertising || p.Role == RoleAnalytics
	if _, said := o.has("advertiser"); said {
		p.Advertiser = o.flag("advertiser")
	}
	p.Region = o.region("country", p.Country)
	for _, company := range o.children("companies") {
		p.Companies = append(p.Companies, company.labels())
		company.done()
	}
	c.readReach(p, o)
	o.list("onward", func(s string, line int) { p.Onward, p.lines = append(p.Onward, s), append(p.lines, line) })
	for _, a := range o.children("approvals") {
		p.Approvals = append(p.Approvals, c.readApproval(a))
	}
	for _, s := range o.children("source") {
		p.Sources = append(p.Sources, Citation{s.must("policy", "the policy that names the party"), s.text("section")})
		s.done()
	}
	return p
}

// readReach reads how a party is reached.
func (c *Catalog) readReach(p *Party, o *object) {
	if contact := o.child("contact"); contact != nil {
		p.Contact = Contact{contact.text("email"), contact.text("url"), contact.text("phone"), contact.text("address")}
		contact.done()
	}
	if notice := o.child("notice"); notice != nil {
		if channel := notice.oneOf("channel", c.words("notice-channel")); channel != "" {
			p.Notice = channel
		}
		notice.done()
	}
}

func (c *Catalog) readApproval(o *object) Approval {
	defer o.done()
	return Approval{
		Ref: o.must("ref", "the reference that events give as approval_ref"), Mechanism: o.oneOf("mechanism", c.words("mechanism")),
		From: o.day("from"), Until: o.day("until"),
	}
}

// words are the terms of a list, by the list's name.
func (c *Catalog) words(list string) []string {
	var all []string
	for _, t := range c.lists[Named(list)].Terms {
		all = append(all, t.ID)
	}
	return all
}
