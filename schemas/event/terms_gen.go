// Code generated from schemas/vocabulary by `make gen`. DO NOT EDIT.

package event

// An Origin is a term of the list origin. Where the holder has the data from.
type Origin string

// Terms of Origin.
const (
	// OriginPerson: The person gave it: typed it in, uploaded it, said it.
	OriginPerson Origin = "person"
	// OriginObserved: Observed while the person used a service or a device; nobody typed it in.
	OriginObserved Origin = "observed"
	// OriginThirdParty: Another organisation supplied it; the event's `from` names it.
	OriginThirdParty Origin = "third-party"
	// OriginPublicSource: Taken from a source that anyone may read.
	OriginPublicSource Origin = "public-source"
)

// A Relationship is a term of the list relationship. In what role the recipient gets the data.
type Relationship string

// Terms of Relationship.
const (
	// RelationshipProvision: Given to another controller, which decides on purpose and means itself.
	RelationshipProvision Relationship = "provision"
	// RelationshipEntrustment: Given to a party that processes it on the holder's behalf and by its instructions.
	RelationshipEntrustment Relationship = "entrustment"
	// RelationshipSubEntrustment: Passed on by an entrusted party to one that it entrusts in turn, with the controller's consent.
	RelationshipSubEntrustment Relationship = "sub-entrustment"
	// RelationshipJointProcessing: Given to a party that decides on purpose and means together with the holder.
	RelationshipJointProcessing Relationship = "joint-processing"
	// RelationshipSuccession: Passed to a successor by merger, division, dissolution or bankruptcy.
	RelationshipSuccession Relationship = "succession"
)

// A Channel is a term of the list channel. The way by which the data moved.
type Channel string

// Terms of Channel.
const (
	// ChannelAPI: A call from service to service.
	ChannelAPI Channel = "api"
	// ChannelSDK: A software development kit embedded in an app or a page; the event's `sdk` names it.
	ChannelSDK Channel = "sdk"
	// ChannelFile: A file handed over: an export, an upload, a data carrier.
	ChannelFile Channel = "file"
	// ChannelMessage: A message queue or stream.
	ChannelMessage Channel = "message"
	// ChannelWeb: A web page in the person's browser.
	ChannelWeb Channel = "web"
	// ChannelApp: An app or a mini-program on the person's device.
	ChannelApp Channel = "app"
	// ChannelPhone: A telephone call.
	ChannelPhone Channel = "phone"
	// ChannelManual: By hand: a form on paper, something read out, a screen looked at.
	ChannelManual Channel = "manual"
)

// A NoticeChannel is a term of the list notice-channel. The way by which a recipient is told to erase.
type NoticeChannel string

// Terms of NoticeChannel.
const (
	// NoticeChannelKafka: A Kafka topic that the recipient reads.
	NoticeChannelKafka NoticeChannel = "kafka"
	// NoticeChannelWebhook: An HTTP call to the recipient, signed.
	NoticeChannelWebhook NoticeChannel = "webhook"
	// NoticeChannelOpenDSR: The OpenDSR protocol for requests of data subjects.
	NoticeChannelOpenDSR NoticeChannel = "opendsr"
	// NoticeChannelFile: A file placed where the recipient fetches it.
	NoticeChannelFile NoticeChannel = "file"
	// NoticeChannelEmail: An e-mail to the address that the contract names.
	NoticeChannelEmail NoticeChannel = "email"
	// NoticeChannelManual: A person tells the recipient and records that it was done.
	NoticeChannelManual NoticeChannel = "manual"
)

// A LegalBasis is a term of the list legal-basis. What in law allows the processing.
type LegalBasis string

// Terms of LegalBasis.
const (
	// LegalBasisPIPL13_1_1: The person has consented.
	LegalBasisPIPL13_1_1 LegalBasis = "pipl-13-1-1"
	// LegalBasisPIPL13_1_2: Necessary to conclude or perform a contract to which the person is a party, or for human-resources management under lawful rules or a collective contract.
	LegalBasisPIPL13_1_2 LegalBasis = "pipl-13-1-2"
	// LegalBasisPIPL13_1_3: Necessary to perform a statutory duty or obligation.
	LegalBasisPIPL13_1_3 LegalBasis = "pipl-13-1-3"
	// LegalBasisPIPL13_1_4: Necessary to respond to a public-health emergency, or to protect life, health and property in an emergency.
	LegalBasisPIPL13_1_4 LegalBasis = "pipl-13-1-4"
	// LegalBasisPIPL13_1_5: News reporting, supervision by public opinion and the like in the public interest, within reason.
	LegalBasisPIPL13_1_5 LegalBasis = "pipl-13-1-5"
	// LegalBasisPIPL13_1_6: The person made it public, or it is lawfully public; processed within reason.
	LegalBasisPIPL13_1_6 LegalBasis = "pipl-13-1-6"
	// LegalBasisPIPL13_1_7: Another case that a law or administrative regulation names.
	LegalBasisPIPL13_1_7 LegalBasis = "pipl-13-1-7"
	// LegalBasisGDPR6_1A: The data subject has consented.
	LegalBasisGDPR6_1A LegalBasis = "gdpr-6-1-a"
	// LegalBasisGDPR6_1B: Necessary for a contract with the data subject, or for steps before one at its request.
	LegalBasisGDPR6_1B LegalBasis = "gdpr-6-1-b"
	// LegalBasisGDPR6_1C: Necessary for compliance with a legal obligation.
	LegalBasisGDPR6_1C LegalBasis = "gdpr-6-1-c"
	// LegalBasisGDPR6_1D: Necessary to protect someone's vital interests.
	LegalBasisGDPR6_1D LegalBasis = "gdpr-6-1-d"
	// LegalBasisGDPR6_1E: Necessary for a task in the public interest or in the exercise of official authority.
	LegalBasisGDPR6_1E LegalBasis = "gdpr-6-1-e"
	// LegalBasisGDPR6_1F: Necessary for legitimate interests that the person's own do not override. PIPL knows no such basis.
	LegalBasisGDPR6_1F LegalBasis = "gdpr-6-1-f"
)

// A ConsentForm is a term of the list consent-form. How the person's consent was given.
type ConsentForm string

// Terms of ConsentForm.
const (
	// ConsentFormGeneral: Informed, voluntary and clear; given together with other matters.
	ConsentFormGeneral ConsentForm = "general"
	// ConsentFormExplicit: Given by an act that says nothing else.
	ConsentFormExplicit ConsentForm = "explicit"
	// ConsentFormSeparate: Asked for and given for this one matter alone.
	ConsentFormSeparate ConsentForm = "separate"
	// ConsentFormWritten: Given in writing, where a law asks for that.
	ConsentFormWritten ConsentForm = "written"
	// ConsentFormGuardian: Given by a parent or another guardian for a child under fourteen.
	ConsentFormGuardian ConsentForm = "guardian"
)

// A Protection is a term of the list protection. In what form the data was when it moved.
type Protection string

// Terms of Protection.
const (
	// ProtectionPlain: As it is. Encryption of the line alone does not count.
	ProtectionPlain Protection = "plain"
	// ProtectionMasked: Part of each value is hidden.
	ProtectionMasked Protection = "masked"
	// ProtectionHashed: Replaced by a hash.
	ProtectionHashed Protection = "hashed"
	// ProtectionTokenised: Replaced by a token; only the holder can turn it back.
	ProtectionTokenised Protection = "tokenised"
	// ProtectionEncrypted: Encrypted; the recipient has the key, or is only to store it.
	ProtectionEncrypted Protection = "encrypted"
	// ProtectionDeidentified: No person can be identified without further information.
	ProtectionDeidentified Protection = "deidentified"
	// ProtectionAnonymised: No person can be identified, and it cannot be undone.
	ProtectionAnonymised Protection = "anonymised"
)

// A Necessity is a term of the list necessity. Whether the function can do without the data.
type Necessity string

// Terms of Necessity.
const (
	// NecessityNecessary: Without it the function cannot be offered.
	NecessityNecessary Necessity = "necessary"
	// NecessityOptional: The person may decline and keep the function.
	NecessityOptional Necessity = "optional"
)

// A Mechanism is a term of the list mechanism. What allows data to leave the country.
type Mechanism string

// Terms of Mechanism.
const (
	// MechanismSecurityAssessment: Passed the cyberspace administration's security assessment.
	MechanismSecurityAssessment Mechanism = "security-assessment"
	// MechanismCertification: Certified by a professional body for the protection of personal information.
	MechanismCertification Mechanism = "certification"
	// MechanismStandardContract: The standard contract is concluded with the recipient abroad and filed.
	MechanismStandardContract Mechanism = "standard-contract"
	// MechanismContractNecessity: Necessary for a contract with the person: cross-border shopping, delivery, remittance, booking.
	MechanismContractNecessity Mechanism = "contract-necessity"
	// MechanismHRNecessity: Necessary for cross-border human-resources management under lawful rules.
	MechanismHRNecessity Mechanism = "hr-necessity"
	// MechanismStatutoryDuty: Necessary to perform a statutory duty or obligation.
	MechanismStatutoryDuty Mechanism = "statutory-duty"
	// MechanismEmergency: Necessary in an emergency to protect life, health and property.
	MechanismEmergency Mechanism = "emergency"
	// MechanismTreaty: A treaty that China has joined allows it.
	MechanismTreaty Mechanism = "treaty"
	// MechanismOther: Another condition of a law, a regulation or the cyberspace administration.
	MechanismOther Mechanism = "other"
)

// A DisclosureGround is a term of the list disclosure-ground. On what ground data is made public.
type DisclosureGround string

// Terms of DisclosureGround.
const (
	// DisclosureGroundSeparateConsent: The person consented to the publication separately.
	DisclosureGroundSeparateConsent DisclosureGround = "separate-consent"
	// DisclosureGroundOwnChoice: The person published it itself, by its own act.
	DisclosureGroundOwnChoice DisclosureGround = "own-choice"
	// DisclosureGroundViolation: A violation of law or of the platform's rules and the measures taken are published.
	DisclosureGroundViolation DisclosureGround = "violation"
	// DisclosureGroundStatutoryDuty: A law requires the publication.
	DisclosureGroundStatutoryDuty DisclosureGround = "statutory-duty"
	// DisclosureGroundAlreadyPublic: It is lawfully public already; shown within reason.
	DisclosureGroundAlreadyPublic DisclosureGround = "already-public"
)

// An Audience is a term of the list audience. Who can see what is made public.
type Audience string

// Terms of Audience.
const (
	// AudiencePublic: Anyone, without logging in.
	AudiencePublic Audience = "public"
	// AudienceMembers: Anyone who has an account of the platform.
	AudienceMembers Audience = "members"
	// AudienceSearchEngines: Anyone, and search engines may index it.
	AudienceSearchEngines Audience = "search-engines"
)

// A Ground is a term of the list ground. Why data is to be erased.
type Ground string

// Terms of Ground.
const (
	// GroundPIPL47_1_1: The purpose is achieved or cannot be, or the data is no longer needed for it.
	GroundPIPL47_1_1 Ground = "pipl-47-1-1"
	// GroundPIPL47_1_2: The controller stopped the product or service, or the retention period is over.
	GroundPIPL47_1_2 Ground = "pipl-47-1-2"
	// GroundPIPL47_1_3: The person withdrew its consent.
	GroundPIPL47_1_3 Ground = "pipl-47-1-3"
	// GroundPIPL47_1_4: The processing broke a law, a regulation or the agreement.
	GroundPIPL47_1_4 Ground = "pipl-47-1-4"
	// GroundPIPL47_1_5: Another case that a law or administrative regulation names.
	GroundPIPL47_1_5 Ground = "pipl-47-1-5"
	// GroundAccountClosure: The person closed its account.
	GroundAccountClosure Ground = "account-closure"
	// GroundConsentWithdrawn: The person withdrew the authorisation on which the data was held.
	GroundConsentWithdrawn Ground = "consent-withdrawn"
	// GroundEntrustmentEnded: The contract of entrustment is void, revoked or at its end.
	GroundEntrustmentEnded Ground = "entrustment-ended"
	// GroundCessation: The controller ceased the product or service.
	GroundCessation Ground = "cessation"
	// GroundPersonRequest: The person asked for it, without naming another ground.
	GroundPersonRequest Ground = "person-request"
)

// A Scope is a term of the list scope. What an erasure case covers.
type Scope string

// Terms of Scope.
const (
	// ScopeAll: All data of the person, at every recipient.
	ScopeAll Scope = "all"
	// ScopeCategories: Only the categories that the event lists.
	ScopeCategories Scope = "categories"
	// ScopeRecipients: Only the recipients that the event lists.
	ScopeRecipients Scope = "recipients"
	// ScopeController: Every person's data of a controller or recipient: a cessation, the end of an entrustment.
	ScopeController Scope = "controller"
)

// A Method is a term of the list method. How the data was erased.
type Method string

// Terms of Method.
const (
	// MethodErase: Overwritten or destroyed, backups included: it cannot be recovered.
	MethodErase Method = "erase"
	// MethodDelete: Removed from the systems of daily business: it cannot be searched or reached.
	MethodDelete Method = "delete"
	// MethodAnonymise: Made such that no person can be identified, irreversibly.
	MethodAnonymise Method = "anonymise"
)

// An Exemption is a term of the list exemption. Why data is kept, for storage only, although it was to be erased.
type Exemption string

// Terms of Exemption.
const (
	// ExemptionStatutoryRetention: A law asks for a longer retention: transactions, three years.
	ExemptionStatutoryRetention Exemption = "statutory-retention"
	// ExemptionBackup: It is in a backup, stored safely, until that is cleared.
	ExemptionBackup Exemption = "backup"
	// ExemptionLegalClaim: Needed to establish, exercise or defend a legal claim.
	ExemptionLegalClaim Exemption = "legal-claim"
	// ExemptionTechnicallyInfeasible: Erasure is technically hard to achieve.
	ExemptionTechnicallyInfeasible Exemption = "technically-infeasible"
)

// A Refusal is a term of the list refusal. Why a recipient or the controller refuses to erase.
type Refusal string

// Terms of Refusal.
const (
	// RefusalOwnAuthorisation: The recipient has the person's own authorisation, independent of the holder's.
	RefusalOwnAuthorisation Refusal = "own-authorisation"
	// RefusalLegalClaim: Needed to establish, exercise or defend a legal claim.
	RefusalLegalClaim Refusal = "legal-claim"
	// RefusalIdentityNotVerified: The person who asks could not be verified.
	RefusalIdentityNotVerified Refusal = "identity-not-verified"
	// RefusalRepeated: Asked again and again without cause.
	RefusalRepeated Refusal = "repeated"
	// RefusalUnfounded: Nothing in law or in the facts supports the request.
	RefusalUnfounded Refusal = "unfounded"
	// RefusalStatutoryRetention: A law forbids to erase it yet.
	RefusalStatutoryRetention Refusal = "statutory-retention"
)

// A Category is a term of the list category. A kind of personal data; never a value.
type Category string

// Terms of Category.
const (
	// CategoryName: The person's real name.
	CategoryName Category = "name"
	// CategoryPhoneNumber: A mobile phone number.
	CategoryPhoneNumber Category = "phone-number"
	// CategoryLandlineNumber: A landline phone number.
	CategoryLandlineNumber Category = "landline-number"
	// CategoryEmail: An e-mail address.
	CategoryEmail Category = "email"
	// CategoryPostalAddress: A contact address that is no delivery address.
	CategoryPostalAddress Category = "postal-address"
	// CategoryResidenceAddress: Where the person lives.
	CategoryResidenceAddress Category = "residence-address"
	// CategoryBirthDate: The day of birth.
	CategoryBirthDate Category = "birth-date"
	// CategoryNationality: The person's nationality.
	CategoryNationality Category = "nationality"
	// CategoryGuardianContact: Who the guardian of a minor is and how to reach that person.
	CategoryGuardianContact Category = "guardian-contact"
	// CategoryChildInformation: Information of a child under fourteen, named as a whole.
	CategoryChildInformation Category = "child-information"
	// CategoryEmployer: The company that the person works for or represents.
	CategoryEmployer Category = "employer"
	// CategoryDepartment: The department that the person works in.
	CategoryDepartment Category = "department"
	// CategoryJobTitle: The person's role or position.
	CategoryJobTitle Category = "job-title"
	// CategoryIndustry: The line of business.
	CategoryIndustry Category = "industry"
	// CategoryBusinessLicence: A business licence, its data or its picture.
	CategoryBusinessLicence Category = "business-licence"
	// CategoryCompanyRegistration: Kind and registration of a business.
	CategoryCompanyRegistration Category = "company-registration"
	// CategoryTaxID: A taxpayer's identification number.
	CategoryTaxID Category = "tax-id"
	// CategoryQualificationDocument: Trade-mark authorisations, photos of a warehouse and the like.
	CategoryQualificationDocument Category = "qualification-document"
	// CategoryAnnualTurnover: The yearly turnover of a business.
	CategoryAnnualTurnover Category = "annual-turnover"
	// CategoryShareholding: The share that an owner holds in a business.
	CategoryShareholding Category = "shareholding"
	// CategorySourceOfWealth: Where an owner's wealth comes from.
	CategorySourceOfWealth Category = "source-of-wealth"
	// CategorySourceOfFunds: Where the money in an account comes from.
	CategorySourceOfFunds Category = "source-of-funds"
	// CategoryStoreInformation: Data of a store that the person runs.
	CategoryStoreInformation Category = "store-information"
	// CategoryIDCardNumber: The number of a resident identity card.
	CategoryIDCardNumber Category = "id-card-number"
	// CategoryIDCardImage: A picture of an identity card.
	CategoryIDCardImage Category = "id-card-image"
	// CategoryCertificateNumber: The number of a passport or another identity document.
	CategoryCertificateNumber Category = "certificate-number"
	// CategoryCertificateImage: A picture of a passport or another identity document.
	CategoryCertificateImage Category = "certificate-image"
	// CategoryFace: Facial-recognition data.
	CategoryFace Category = "face"
	// CategoryAuthenticationResult: Whether and how the person was authenticated.
	CategoryAuthenticationResult Category = "authentication-result"
	// CategoryKYCResult: The outcome of customer due diligence or an anti-money-laundering check.
	CategoryKYCResult Category = "kyc-result"
	// CategorySpecificIdentity: A specific identity, the knowledge of which may harm the person.
	CategorySpecificIdentity Category = "specific-identity"
	// CategoryReligiousBelief: A religious belief.
	CategoryReligiousBelief Category = "religious-belief"
	// CategoryHealth: Medical and health data.
	CategoryHealth Category = "health"
	// CategoryPlatformAccount: The identifier of an account of the platform.
	CategoryPlatformAccount Category = "platform-account"
	// CategoryMemberName: The name with which the member logs in.
	CategoryMemberName Category = "member-name"
	// CategoryNickname: The name that others see.
	CategoryNickname Category = "nickname"
	// CategoryAvatar: The picture that others see.
	CategoryAvatar Category = "avatar"
	// CategoryPassword: A password.
	CategoryPassword Category = "password"
	// CategoryAccountLevel: The level or the benefits of an account.
	CategoryAccountLevel Category = "account-level"
	// CategoryRegistrationTime: When the account was made.
	CategoryRegistrationTime Category = "registration-time"
	// CategoryLastLoginTime: When the person last logged in.
	CategoryLastLoginTime Category = "last-login-time"
	// CategoryThirdPartyAccount: Identifier, nickname and picture of an account of another platform.
	CategoryThirdPartyAccount Category = "third-party-account"
	// CategoryFriend: Who is connected with whom on the platform.
	CategoryFriend Category = "friend"
	// CategoryPaymentAccount: An account with a payment institution, such as Alipay.
	CategoryPaymentAccount Category = "payment-account"
	// CategoryPayerAccount: The payment account or phone number of another who pays.
	CategoryPayerAccount Category = "payer-account"
	// CategoryBankCard: The number of a bank card.
	CategoryBankCard Category = "bank-card"
	// CategoryBankCardExpiry: The expiry date of a bank card.
	CategoryBankCardExpiry Category = "bank-card-expiry"
	// CategoryBankAccount: An account with a bank.
	CategoryBankAccount Category = "bank-account"
	// CategoryProperty: Property and financial standing.
	CategoryProperty Category = "property"
	// CategoryPaymentRecord: What was paid, when, how much and by which way.
	CategoryPaymentRecord Category = "payment-record"
	// CategoryPaymentProgress: How far a payment or a refund has come.
	CategoryPaymentProgress Category = "payment-progress"
	// CategoryCrossBorderQuota: How much of the yearly limit of cross-border purchases is used.
	CategoryCrossBorderQuota Category = "cross-border-quota"
	// CategoryOrder: What was ordered, its number, time, amount and remark.
	CategoryOrder Category = "order"
	// CategoryShoppingCart: What lies in the cart.
	CategoryShoppingCart Category = "shopping-cart"
	// CategoryConsigneeName: The name of the person who receives a delivery.
	CategoryConsigneeName Category = "consignee-name"
	// CategoryConsigneePhoneNumber: The phone number of the person who receives a delivery.
	CategoryConsigneePhoneNumber Category = "consignee-phone-number"
	// CategoryDeliveryAddress: Where to deliver.
	CategoryDeliveryAddress Category = "delivery-address"
	// CategoryDeliveryPreference: When and how to deliver, and other numbers to call.
	CategoryDeliveryPreference Category = "delivery-preference"
	// CategoryDeliveryProgress: How far a delivery has come.
	CategoryDeliveryProgress Category = "delivery-progress"
	// CategoryWaybill: The data of a waybill.
	CategoryWaybill Category = "waybill"
	// CategoryCustomsDeclaration: What is declared to customs.
	CategoryCustomsDeclaration Category = "customs-declaration"
	// CategoryInvoiceTitle: To whom an invoice is made out.
	CategoryInvoiceTitle Category = "invoice-title"
	// CategoryTransactionRecord: What the person bought or sold.
	CategoryTransactionRecord Category = "transaction-record"
	// CategoryAfterSalesRecord: Returns, refunds and repairs.
	CategoryAfterSalesRecord Category = "after-sales-record"
	// CategoryDisputeRecord: Disputes and complaints.
	CategoryDisputeRecord Category = "dispute-record"
	// CategoryBrowsingHistory: Pages and goods that the person looked at; footprints.
	CategoryBrowsingHistory Category = "browsing-history"
	// CategoryClickHistory: What the person clicked: links in pages and mails.
	CategoryClickHistory Category = "click-history"
	// CategorySearchQuery: What the person searched for in words.
	CategorySearchQuery Category = "search-query"
	// CategorySearchImage: A picture with which the person searched.
	CategorySearchImage Category = "search-image"
	// CategoryVoice: Words spoken to search or to command.
	CategoryVoice Category = "voice"
	// CategoryFavourite: What the person marked, liked or subscribed to.
	CategoryFavourite Category = "favourite"
	// CategoryFollowing: Whom or what the person follows.
	CategoryFollowing Category = "following"
	// CategorySharingRecord: What the person shared, with whom.
	CategorySharingRecord Category = "sharing-record"
	// CategoryChannelRecord: What the person did in a channel or mini-program.
	CategoryChannelRecord Category = "channel-record"
	// CategoryServiceUsage: How the person used a service.
	CategoryServiceUsage Category = "service-usage"
	// CategoryPreference: What the person is taken to like, inferred from behaviour.
	CategoryPreference Category = "preference"
	// CategoryAdExposure: Which advertisements were shown, seen and clicked.
	CategoryAdExposure Category = "ad-exposure"
	// CategoryEventParticipation: In which events the person took part, how far, with what prize.
	CategoryEventParticipation Category = "event-participation"
	// CategorySurveyAnswer: Answers to a questionnaire.
	CategorySurveyAnswer Category = "survey-answer"
	// CategoryRiskScore: How risky an account or a transaction is judged to be.
	CategoryRiskScore Category = "risk-score"
	// CategoryReview: A review of goods or services, with pictures.
	CategoryReview Category = "review"
	// CategoryComment: A comment on what others published.
	CategoryComment Category = "comment"
	// CategoryQuestion: A question to a seller or to others.
	CategoryQuestion Category = "question"
	// CategoryPublishedContent: Posts, pictures and videos that the person published.
	CategoryPublishedContent Category = "published-content"
	// CategoryLiveInteraction: Comments, likes, rewards, gifts and fan level in a live room.
	CategoryLiveInteraction Category = "live-interaction"
	// CategoryRanking: A place in a list of popularity.
	CategoryRanking Category = "ranking"
	// CategoryCommunicationRecord: What was written between the person and customer service, sellers or others.
	CategoryCommunicationRecord Category = "communication-record"
	// CategoryCallRecord: Calls between the person and customer service, and what was said.
	CategoryCallRecord Category = "call-record"
	// CategoryViolationRecord: Violations of law or rules.
	CategoryViolationRecord Category = "violation-record"
	// CategoryEnforcementMeasure: What was done about a violation.
	CategoryEnforcementMeasure Category = "enforcement-measure"
	// CategoryLocation: Where the person is or was, by GPS or precise means.
	CategoryLocation Category = "location"
	// CategoryWifiInfo: Wi-Fi access points around.
	CategoryWifiInfo Category = "wifi-info"
	// CategoryBaseStation: Base stations around.
	CategoryBaseStation Category = "base-station"
	// CategoryBluetoothInfo: Bluetooth devices around.
	CategoryBluetoothInfo Category = "bluetooth-info"
	// CategoryDeviceModel: Make, type and model of a device.
	CategoryDeviceModel Category = "device-model"
	// CategoryDeviceSetting: Settings of a device.
	CategoryDeviceSetting Category = "device-setting"
	// CategoryHardwareSerialNumber: The serial number of a device.
	CategoryHardwareSerialNumber Category = "hardware-serial-number"
	// CategoryOSVersion: Kind and version of the operating system.
	CategoryOSVersion Category = "os-version"
	// CategoryOAID: The open anonymous device identifier.
	CategoryOAID Category = "oaid"
	// CategoryIDFA: Apple's identifier for advertisers.
	CategoryIDFA Category = "idfa"
	// CategoryAndroidID: The Android identifier.
	CategoryAndroidID Category = "android-id"
	// CategoryOpenUDID: The OpenUDID.
	CategoryOpenUDID Category = "openudid"
	// CategoryGUID: A globally unique identifier that an app makes.
	CategoryGUID Category = "guid"
	// CategoryIMEI: The International Mobile Equipment Identity.
	CategoryIMEI Category = "imei"
	// CategoryMEID: The Mobile Equipment Identifier.
	CategoryMEID Category = "meid"
	// CategoryIMSI: The International Mobile Subscriber Identity.
	CategoryIMSI Category = "imsi"
	// CategoryICCID: The identifier of a SIM card.
	CategoryICCID Category = "iccid"
	// CategoryMACAddress: The address of a network interface.
	CategoryMACAddress Category = "mac-address"
	// CategoryIPAddress: An Internet address.
	CategoryIPAddress Category = "ip-address"
	// CategoryNetworkInfo: Kind and state of the network.
	CategoryNetworkInfo Category = "network-info"
	// CategoryTelecomOperator: The operator of the mobile network.
	CategoryTelecomOperator Category = "telecom-operator"
	// CategoryBrowserType: Kind and version of the browser.
	CategoryBrowserType Category = "browser-type"
	// CategoryLanguage: The language that is set.
	CategoryLanguage Category = "language"
	// CategoryAccessTime: When the person used a service.
	CategoryAccessTime Category = "access-time"
	// CategoryServiceLog: The log of a service, named as a whole.
	CategoryServiceLog Category = "service-log"
	// CategoryCrashReport: What an app reports when it fails.
	CategoryCrashReport Category = "crash-report"
	// CategoryInstalledApp: Which apps and software are installed.
	CategoryInstalledApp Category = "installed-app"
	// CategoryAppUsage: How apps are installed and used.
	CategoryAppUsage Category = "app-usage"
	// CategorySensorData: Gyroscope, gravity, acceleration and environment.
	CategorySensorData Category = "sensor-data"
	// CategoryBroadcastInfo: What apps on a device tell one another through its broadcast components.
	CategoryBroadcastInfo Category = "broadcast-info"
	// CategoryHeartRate: What an optical heart-rate sensor reads.
	CategoryHeartRate Category = "heart-rate"
	// CategoryClipboard: What lies in the clipboard; only recognised share codes are uploaded.
	CategoryClipboard Category = "clipboard"
	// CategoryPhotoAlbum: Pictures and videos chosen from the device.
	CategoryPhotoAlbum Category = "photo-album"
	// CategoryCookie: Cookies, web beacons, pixel tags, ETags.
	CategoryCookie Category = "cookie"
	// CategoryPermissionState: Which system permissions are open.
	CategoryPermissionState Category = "permission-state"
)

// A Purpose is a term of the list purpose. What the data is for.
type Purpose string

// Terms of Purpose.
const (
	// PurposeRegistration: Create an account and become a member.
	PurposeRegistration Purpose = "registration"
	// PurposeAccountManagement: Keep an account: settings, retrieval of a password, levels, closure.
	PurposeAccountManagement Purpose = "account-management"
	// PurposeThirdPartyLogin: Log in with an account of another platform, or link the two.
	PurposeThirdPartyLogin Purpose = "third-party-login"
	// PurposeMembershipBenefit: Determine a level and grant the benefits that go with it.
	PurposeMembershipBenefit Purpose = "membership-benefit"
	// PurposeIdentityVerification: Verify who the person is: real name, real person, membership.
	PurposeIdentityVerification Purpose = "identity-verification"
	// PurposeDueDiligence: Know the customer: check a business, its owners and representatives.
	PurposeDueDiligence Purpose = "due-diligence"
	// PurposeAntiMoneyLaundering: Duties under the anti-money-laundering laws.
	PurposeAntiMoneyLaundering Purpose = "anti-money-laundering"
	// PurposeAccountOpening: Open a fund account with a payment institution.
	PurposeAccountOpening Purpose = "account-opening"
	// PurposeSellerOnboarding: Help a person become a seller, or qualify for a kind of store.
	PurposeSellerOnboarding Purpose = "seller-onboarding"
	// PurposeStoreOperation: Serve sellers in running their store.
	PurposeStoreOperation Purpose = "store-operation"
	// PurposeBrowsing: Show pages, footprints, favourites and subscriptions.
	PurposeBrowsing Purpose = "browsing"
	// PurposeSearch: Search by text, image or voice.
	PurposeSearch Purpose = "search"
	// PurposeRecommendation: Recommend goods, services and content to the person.
	PurposeRecommendation Purpose = "recommendation"
	// PurposeShoppingCart: Keep what the person means to buy.
	PurposeShoppingCart Purpose = "shopping-cart"
	// PurposeOrderFulfilment: Place, manage and fulfil an order.
	PurposeOrderFulfilment Purpose = "order-fulfilment"
	// PurposePayment: Pay for an order, or have someone pay for it.
	PurposePayment Purpose = "payment"
	// PurposeSettlement: Settle accounts with sellers and institutions; confirm and refund payments.
	PurposeSettlement Purpose = "settlement"
	// PurposeInvoicing: Issue an invoice.
	PurposeInvoicing Purpose = "invoicing"
	// PurposeOrderDelivery: Deliver what was ordered and follow its way.
	PurposeOrderDelivery Purpose = "order-delivery"
	// PurposeCustomsClearance: Clear goods that cross a border, and check yearly limits.
	PurposeCustomsClearance Purpose = "customs-clearance"
	// PurposeAfterSales: Returns, refunds, repairs.
	PurposeAfterSales Purpose = "after-sales"
	// PurposeCustomerService: Answer questions and complaints.
	PurposeCustomerService Purpose = "customer-service"
	// PurposeDisputeResolution: Resolve a dispute about a trade.
	PurposeDisputeResolution Purpose = "dispute-resolution"
	// PurposeSecurity: Keep systems, accounts and transactions safe.
	PurposeSecurity Purpose = "security"
	// PurposeFraudPrevention: Detect and prevent fraud and abuse.
	PurposeFraudPrevention Purpose = "fraud-prevention"
	// PurposeNotification: Tell the person about orders, services and security.
	PurposeNotification Purpose = "notification"
	// PurposeMarketing: Send commercial information.
	PurposeMarketing Purpose = "marketing"
	// PurposeAdvertising: Place advertisements and measure their reach and effect.
	PurposeAdvertising Purpose = "advertising"
	// PurposeMarketingEvent: Take part in an event: registration, draw, prize.
	PurposeMarketingEvent Purpose = "marketing-event"
	// PurposeJointEvent: An event held together with an affiliate or a third party.
	PurposeJointEvent Purpose = "joint-event"
	// PurposeContentPublication: Publish reviews, comments, questions, posts, videos and a personal page.
	PurposeContentPublication Purpose = "content-publication"
	// PurposeLiveInteraction: Take part in a live stream or a short video.
	PurposeLiveInteraction Purpose = "live-interaction"
	// PurposeContentSharing: Share a product or an event, and recognise share codes.
	PurposeContentSharing Purpose = "content-sharing"
	// PurposeMiniProgram: Offer the services of channels and mini-programs.
	PurposeMiniProgram Purpose = "mini-program"
	// PurposeDevicePermission: Functions that a system permission of the device opens: camera, location, microphone.
	PurposeDevicePermission Purpose = "device-permission"
	// PurposeUserResearch: Ask people about their experience.
	PurposeUserResearch Purpose = "user-research"
	// PurposeAnalytics: Statistics of how services are used.
	PurposeAnalytics Purpose = "analytics"
	// PurposeStabilityAnalysis: Find crashes and delays.
	PurposeStabilityAnalysis Purpose = "stability-analysis"
	// PurposeServiceImprovement: Improve products and services.
	PurposeServiceImprovement Purpose = "service-improvement"
	// PurposeInfrastructure: Hosting, storage and transmission for the controller.
	PurposeInfrastructure Purpose = "infrastructure"
	// PurposeResearch: Academic research on de-identified or anonymised data.
	PurposeResearch Purpose = "research"
	// PurposeModelTraining: Train algorithms on strictly de-identified data.
	PurposeModelTraining Purpose = "model-training"
	// PurposeLegalDuty: Perform a statutory duty, or answer an authority.
	PurposeLegalDuty Purpose = "legal-duty"
	// PurposeLitigation: Bring or defend a claim before a court or an arbitrator.
	PurposeLitigation Purpose = "litigation"
	// PurposeEmergency: Respond to a public-health emergency; protect life, health and property.
	PurposeEmergency Purpose = "emergency"
	// PurposePublicInterest: News reporting and supervision by public opinion.
	PurposePublicInterest Purpose = "public-interest"
	// PurposeMinorProtection: Protect minors: age, guardian, limits.
	PurposeMinorProtection Purpose = "minor-protection"
	// PurposeViolationPublicity: Make violations and the measures taken known.
	PurposeViolationPublicity Purpose = "violation-publicity"
	// PurposeBusinessSuccession: Pass data to a successor of the business.
	PurposeBusinessSuccession Purpose = "business-succession"
	// PurposeRightsRequest: Handle a person's request about its data.
	PurposeRightsRequest Purpose = "rights-request"
	// PurposeSupervision: Audit, incident response, supervision of internal use.
	PurposeSupervision Purpose = "supervision"
)

// A State is a term of the list state. What a person judged a finding to be.
type State string

// Terms of State.
const (
	// StateAcknowledged: It is right, and someone works on it.
	StateAcknowledged State = "acknowledged"
	// StateFalsePositive: It is wrong: no rule was broken.
	StateFalsePositive State = "false-positive"
	// StateResolved: It was right, and it is mended.
	StateResolved State = "resolved"
	// StateReopened: An earlier judgement no longer stands.
	StateReopened State = "reopened"
)

// A Delivery is a term of the list delivery. What became of the attempt to send a notice.
type Delivery string

// Terms of Delivery.
const (
	// DeliverySent: The channel took the notice. It says nothing about what the recipient does.
	DeliverySent Delivery = "sent"
	// DeliveryFailed: The channel did not take the notice.
	DeliveryFailed Delivery = "failed"
)

// An Action is a term of the list action. What someone looked up about a person (`access.logged`).
type Action string

// Terms of Action.
const (
	// ActionRecipients: Who received the person's data.
	ActionRecipients Action = "recipients"
	// ActionEvents: The person's events.
	ActionEvents Action = "events"
	// ActionGraph: The person's data flows as a graph.
	ActionGraph Action = "graph"
	// ActionReport: A report about the person.
	ActionReport Action = "report"
	// ActionErasurePlan: Whom an erasure has to reach.
	ActionErasurePlan Action = "erasure-plan"
	// ActionExport: The person's records were exported.
	ActionExport Action = "export"
)

// An OperationAction is a term of the list operation-action. What an operator did to the log (`operation.logged`).
type OperationAction string

// Terms of OperationAction.
const (
	// OperationActionReplay: Records of the dead-letter topic were sent again.
	OperationActionReplay OperationAction = "replay"
	// OperationActionRetentionDrop: A part of the log was dropped because its retention is over.
	OperationActionRetentionDrop OperationAction = "retention-drop"
	// OperationActionHeal: Rows that were missing in the log were written again from Kafka.
	OperationActionHeal OperationAction = "heal"
	// OperationActionTopicRenew: The topic was made anew or given more partitions.
	OperationActionTopicRenew OperationAction = "topic-renew"
	// OperationActionKeyRotation: The key of the pseudonyms was replaced.
	OperationActionKeyRotation OperationAction = "key-rotation"
)

// standardTerms are the terms of the closed lists, in the order of the YAML files.
var standardTerms = [ListCount][]string{
	ListOrigin: {
		"person",
		"observed",
		"third-party",
		"public-source",
	},
	ListRelationship: {
		"provision",
		"entrustment",
		"sub-entrustment",
		"joint-processing",
		"succession",
	},
	ListChannel: {
		"api",
		"sdk",
		"file",
		"message",
		"web",
		"app",
		"phone",
		"manual",
	},
	ListNoticeChannel: {
		"kafka",
		"webhook",
		"opendsr",
		"file",
		"email",
		"manual",
	},
	ListLegalBasis: {
		"pipl-13-1-1",
		"pipl-13-1-2",
		"pipl-13-1-3",
		"pipl-13-1-4",
		"pipl-13-1-5",
		"pipl-13-1-6",
		"pipl-13-1-7",
		"gdpr-6-1-a",
		"gdpr-6-1-b",
		"gdpr-6-1-c",
		"gdpr-6-1-d",
		"gdpr-6-1-e",
		"gdpr-6-1-f",
	},
	ListConsentForm: {
		"general",
		"explicit",
		"separate",
		"written",
		"guardian",
	},
	ListProtection: {
		"plain",
		"masked",
		"hashed",
		"tokenised",
		"encrypted",
		"deidentified",
		"anonymised",
	},
	ListNecessity: {
		"necessary",
		"optional",
	},
	ListMechanism: {
		"security-assessment",
		"certification",
		"standard-contract",
		"contract-necessity",
		"hr-necessity",
		"statutory-duty",
		"emergency",
		"treaty",
		"other",
	},
	ListDisclosureGround: {
		"separate-consent",
		"own-choice",
		"violation",
		"statutory-duty",
		"already-public",
	},
	ListAudience: {
		"public",
		"members",
		"search-engines",
	},
	ListGround: {
		"pipl-47-1-1",
		"pipl-47-1-2",
		"pipl-47-1-3",
		"pipl-47-1-4",
		"pipl-47-1-5",
		"account-closure",
		"consent-withdrawn",
		"entrustment-ended",
		"cessation",
		"person-request",
	},
	ListScope: {
		"all",
		"categories",
		"recipients",
		"controller",
	},
	ListMethod: {
		"erase",
		"delete",
		"anonymise",
	},
	ListExemption: {
		"statutory-retention",
		"backup",
		"legal-claim",
		"technically-infeasible",
	},
	ListRefusal: {
		"own-authorisation",
		"legal-claim",
		"identity-not-verified",
		"repeated",
		"unfounded",
		"statutory-retention",
	},
	ListCategory: {
		"name",
		"phone-number",
		"landline-number",
		"email",
		"postal-address",
		"residence-address",
		"birth-date",
		"nationality",
		"guardian-contact",
		"child-information",
		"employer",
		"department",
		"job-title",
		"industry",
		"business-licence",
		"company-registration",
		"tax-id",
		"qualification-document",
		"annual-turnover",
		"shareholding",
		"source-of-wealth",
		"source-of-funds",
		"store-information",
		"id-card-number",
		"id-card-image",
		"certificate-number",
		"certificate-image",
		"face",
		"authentication-result",
		"kyc-result",
		"specific-identity",
		"religious-belief",
		"health",
		"platform-account",
		"member-name",
		"nickname",
		"avatar",
		"password",
		"account-level",
		"registration-time",
		"last-login-time",
		"third-party-account",
		"friend",
		"payment-account",
		"payer-account",
		"bank-card",
		"bank-card-expiry",
		"bank-account",
		"property",
		"payment-record",
		"payment-progress",
		"cross-border-quota",
		"order",
		"shopping-cart",
		"consignee-name",
		"consignee-phone-number",
		"delivery-address",
		"delivery-preference",
		"delivery-progress",
		"waybill",
		"customs-declaration",
		"invoice-title",
		"transaction-record",
		"after-sales-record",
		"dispute-record",
		"browsing-history",
		"click-history",
		"search-query",
		"search-image",
		"voice",
		"favourite",
		"following",
		"sharing-record",
		"channel-record",
		"service-usage",
		"preference",
		"ad-exposure",
		"event-participation",
		"survey-answer",
		"risk-score",
		"review",
		"comment",
		"question",
		"published-content",
		"live-interaction",
		"ranking",
		"communication-record",
		"call-record",
		"violation-record",
		"enforcement-measure",
		"location",
		"wifi-info",
		"base-station",
		"bluetooth-info",
		"device-model",
		"device-setting",
		"hardware-serial-number",
		"os-version",
		"oaid",
		"idfa",
		"android-id",
		"openudid",
		"guid",
		"imei",
		"meid",
		"imsi",
		"iccid",
		"mac-address",
		"ip-address",
		"network-info",
		"telecom-operator",
		"browser-type",
		"language",
		"access-time",
		"service-log",
		"crash-report",
		"installed-app",
		"app-usage",
		"sensor-data",
		"broadcast-info",
		"heart-rate",
		"clipboard",
		"photo-album",
		"cookie",
		"permission-state",
	},
	ListPurpose: {
		"registration",
		"account-management",
		"third-party-login",
		"membership-benefit",
		"identity-verification",
		"due-diligence",
		"anti-money-laundering",
		"account-opening",
		"seller-onboarding",
		"store-operation",
		"browsing",
		"search",
		"recommendation",
		"shopping-cart",
		"order-fulfilment",
		"payment",
		"settlement",
		"invoicing",
		"order-delivery",
		"customs-clearance",
		"after-sales",
		"customer-service",
		"dispute-resolution",
		"security",
		"fraud-prevention",
		"notification",
		"marketing",
		"advertising",
		"marketing-event",
		"joint-event",
		"content-publication",
		"live-interaction",
		"content-sharing",
		"mini-program",
		"device-permission",
		"user-research",
		"analytics",
		"stability-analysis",
		"service-improvement",
		"infrastructure",
		"research",
		"model-training",
		"legal-duty",
		"litigation",
		"emergency",
		"public-interest",
		"minor-protection",
		"violation-publicity",
		"business-succession",
		"rights-request",
		"supervision",
	},
	ListState: {
		"acknowledged",
		"false-positive",
		"resolved",
		"reopened",
	},
	ListDelivery: {
		"sent",
		"failed",
	},
	ListAction: {
		"recipients",
		"events",
		"graph",
		"report",
		"erasure-plan",
		"export",
	},
	ListOperationAction: {
		"replay",
		"retention-drop",
		"heal",
		"topic-renew",
		"key-rotation",
	},
}
