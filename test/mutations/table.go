package main

// A mutation takes one safeguard out of the code.
type mutation struct {
	safeguard string
	edits     []edit
	folder    string // of the tests
	tests     string // -run
}

// An edit puts is in the place of was, which the file holds exactly once.
type edit struct{ file, was, is string }

const (
	writer = "./consumers/lineage"
	store  = "./internal/store"
	kafka  = "./internal/stream"

	settle    = "consumers/lineage/settle.go"
	takeover  = "consumers/lineage/takeover.go"
	send      = "consumers/lineage/send.go"
	rest      = "consumers/lineage/rest.go"
	loop      = "consumers/lineage/loop.go"
	renew     = "consumers/lineage/renew.go"
	heal      = "consumers/lineage/heal.go"
	judge     = "consumers/lineage/judge.go"
	write     = "consumers/lineage/writer.go"
	partition = "internal/stream/partition.go"
	insert    = "internal/store/insert.go"
	seen      = "internal/store/seen.go"
	together  = "internal/store/together.go"
	fill      = "internal/store/append.go"
	table     = "schemas/clickhouse/0001_log.sql"
	floors    = "schemas/clickhouse/0005_floors_lease.sql"

	fire = "TestEveryOffsetOnce" // 150 battles with faults at every step
)

// skipped stands for a call that is not made.
const skipped = "if err := error(nil); err != nil {"

// mutations are the safeguards of docs/guarantees.md. Those of the protocol have
// the names that the model (consumers/lineage/model_test.go) has for them.
var mutations = []mutation{
	{"intent before the insert", []edit{{settle, "if err := l.source.Commit(ctx, intent.Start, intent.String()); err != nil {", skipped}}, writer, fire},
	{"fence of the generation", []edit{{partition, "case err == nil:\n\t\t\treturn nil",
		"case err == nil, errors.Is(err, kafka.IllegalGeneration), errors.Is(err, kafka.UnknownMemberId):\n\t\t\treturn nil"}}, kafka, "TestCommitOfAPartitionGivenUpIsFenced"},
	{"a fenced writer stops", []edit{{write, "errors.Is(err, stream.ErrFenced), ", ""}}, writer, "TestWriterStopsWhenThePartitionIsNotItsOwn"},
	{"lease at the server", []edit{{table, "lease_until > nowInBlock64(6)", "lease_until > toDateTime64(0, 6)"}}, store, "TestInsertAfterTheLease"},
	{"lease held when the block comes, not when the query began", []edit{{table, "nowInBlock64(6)", "now64(6)"}}, store, "TestLeaseOfASleepingWriter"},
	{"lease sent as it was intended", []edit{{together, "b.seal(t.intents[n].LeaseUntil, used)", "b.seal(t.intents[n].LeaseUntil.Add(time.Hour), used)"}}, store, "TestInsertAfterTheLease"},
	{"lease never refreshed", []edit{{settle, "if err := l.insert(ctx, b, intent); err != nil {",
		"intent.LeaseUntil = intent.LeaseUntil.Add(10 * l.w.Lease)\n\tif err := l.insert(ctx, b, intent); err != nil {"}}, writer, fire},
	{"wait for the lease", []edit{{takeover, "until.Add(l.w.Margin)", "until.Add(-24 * time.Hour)"}}, writer, fire},
	{"wait for running inserts", []edit{{takeover, "return l.quiesce(ctx, p)", "return nil"}}, writer, "TestFirstTheLeaseThenRunningInserts"},
	{"running inserts are seen", []edit{{insert, "position(concat(' ', query_id), {prefix:String}) > 0", "query_id = {prefix:String}"}}, store, "TestInserting$"},
	{"a look-up is of each partition's own events", []edit{{seen, "partition.Append(w.partition)", "partition.Append(all[0].partition)"}}, store, "TestFindTogether"},
	{"an insert bears the names of all its blocks", []edit{{together, "range t.blocks {\n\t\tid =", "range t.blocks[:1] {\n\t\tid ="}}, store, "TestInsertBearsTheNamesOfAllItsBlocks"},
	{"no row hides another", []edit{{fill, "<= ledger.Latest", "<= 1<<40"}}, store, "TestNoRowHidesAnother"},
	{"lease first, then running inserts", []edit{
		{takeover, "if err := l.outlive(ctx, until.Add(l.w.Margin)); err != nil {", "if err := l.quiesce(ctx, p); err != nil {"},
		{takeover, "return l.quiesce(ctx, p)", "return l.outlive(ctx, until.Add(l.w.Margin))"},
	}, writer, "TestFirstTheLeaseThenRunningInserts"},
	{"log's end read after the waits", []edit{
		{takeover, "if err := l.readEnd(ctx); err != nil {", skipped},
		{takeover, "if err := l.outwait(ctx, intent, usable); err != nil {", "if err := l.readEnd(ctx); err != nil {\n\t\treturn offset, intent, usable, err\n\t}\n\tif err := l.outwait(ctx, intent, usable); err != nil {"},
	}, writer, "TestWithoutAUsableIntentAWholeLeaseIsWaited"},
	{"whole lease without a usable intent", []edit{{takeover, "if !usable {", "if !usable {\n\t\treturn nil\n\t}\n\tif !usable {"}}, writer, "TestWithoutAUsableIntentAWholeLeaseIsWaited"},
	{"insert sent once", []edit{{settle, "if err := l.insert(ctx, b, intent); err != nil {",
		"err := l.insert(ctx, b, intent)\n\tif err != nil {\n\t\terr = l.insert(ctx, b, intent)\n\t}\n\tif err != nil {"}}, writer, fire},
	{"dead letters read back", []edit{{takeover, "if err := l.republish(ctx); err != nil {", skipped}}, writer, fire},
	{"dead letters before the next commit", []edit{{settle, "if err := l.w.Letters.Publish(ctx, b.letters); err != nil {",
		"late := append(b.letters[:0:0], b.letters...)\n\ttime.AfterFunc(3*time.Second, func() { l.w.Letters.Publish(context.WithoutCancel(ctx), late) })\n\t" + skipped}}, writer, fire},
	{"log followed, not the commit", []edit{{takeover, "l.alarmCommit(offset, intent, usable)",
		"if usable && intent.End == 0 {\n\t\tl.end, l.position = offset, offset\n\t}"}}, writer, "TestLogLosesRows"},
	{"membership ends without an answer", []edit{{partition, "p.abandon()", "_ = p.abandon"}}, kafka, "TestCommitWithoutAnAnswerEndsTheMembership"},
	{"a writer without an answer stops", []edit{{write, ", errors.Is(err, stream.ErrNoAnswer):", ":"}}, writer, "TestWriterStopsWhenThePartitionIsNotItsOwn"},
	{"heals confirmed", []edit{{heal, "l.extent.Rows != want", "false && l.extent.Rows != want"}}, writer, "TestRowsLostWhileTheyHealAreHealedAgain"},
	{"memory compared with the log", []edit{{rest, "if err := l.compare(ctx); err != nil {", skipped}}, writer, "TestComparesBeforeIdling"},
	{"memory compared after a reconnection", []edit{{send, "l.w.Store.Connections() != l.connections", "false"}}, writer, "TestReconnectionComparesAtOnce"},
	{"last record looked for in Kafka", []edit{{takeover, "if err := l.recognise(ctx); err != nil {", skipped}}, writer, "TestWriterKnowsAStrangersRecord"},
	{"record taken last looked for after trouble", []edit{{loop, "if err := l.assure(ctx, b); err != nil {", skipped}}, writer, "TestWriterKnowsAStrangersRecord"},
	{"epoch read after the waits", []edit{
		{takeover, "if err := l.enter(ctx); err != nil {", skipped},
		{takeover, "offset, intent, usable, err := l.calm(ctx)", "err := l.enter(ctx)\n\tif err != nil {\n\t\treturn err\n\t}\n\toffset, intent, usable, err := l.calm(ctx)"},
	}, writer, "TestWriterReadsTheEpochAfterAnOpenRenewal"},
	{"floors under a lease", []edit{{floors, "CHECK lease_until > nowInBlock64(6)", "CHECK 1"}}, store, "TestBeginAfterTheLease"},
	{"intents of a renewal keep writers away", []edit{{renew, "leaseUntil, err := w.keepAway(ctx, ls, r)", "leaseUntil, err := time.Now().Add(2*time.Hour), error(nil)"}}, writer, "TestWriterReadsTheEpochAfterAnOpenRenewal"},
	{"window rebuilt from the log", []edit{{takeover, "return l.remember(ctx)", "return nil"}}, writer, "TestRepeatsAreKnownAfterATakeover"},
	{"late look-up", []edit{{judge, "if !ok && l.window.suspect(row.Event.Time) {", "if false {"}}, writer, "TestRepeats$"},
	{"records of an event in doubt wait together", []edit{{judge, "if b.doubts.about(row.EventHash) {", "if false {"}}, writer, "TestRepeatsOfAnEventInDoubt"},
	{"events in flight are known", []edit{{judge, "if l.flight != nil {", "if false {"}}, writer, "TestRepeatsOfABatchInFlight"},
	{"no deduplication behind our back", []edit{
		{insert, `"insert_deduplicate", "0"`, `"insert_deduplicate", "1"`}, {insert, `"deduplicate_insert", "disable"`, `"deduplicate_insert", "enable"`},
		{table, "non_replicated_deduplication_window = 0", "non_replicated_deduplication_window = 100"},
	}, store, "TestInsertIsNotDeduplicated"},
}
