package lineage_test

const (
	records      = 3      // offsets 0 to 2
	refusedMask  = 1 << 1 // offset 1 is refused
	repeatMask   = 1 << 2 // offset 2 repeats the event of offset 0
	batchRows    = 2      // at most
	leaseTicks   = 1
	momentInTick = 8 // moments of batches in a tick

)

// A state is all that tells one situation from another; its zero values are
// what is not there. Sets of offsets are one bit each.
type state struct {
	clock    uint8 // ClickHouse's
	log      [records]logged
	letters  uint8 // offsets that have a dead letter
	commit   commit
	late     lateCommit
	inserts  [2]insertion
	writers  [2]writing
	left     trouble
	violated violation
}

// Trouble is what may still come: ticks of the clock in which something goes on,
// answers and commits that are lost, parts that the log loses.
type trouble struct{ ticks, faults, losses uint8 }

// A logged row.
type logged struct {
	seq1     uint8 // seq + 1; 0: there is no row
	at       uint8 // recorded_at
	accepted bool
}

// A commit as the group has it: an intent [offset, end), or idle where end is 0.
type commit struct {
	usable                 bool
	offset, end, at, lease uint8
}

// A lateCommit was sent and had no answer; it may be made while its generation lasts.
type lateCommit struct {
	sent bool
	commit
}

// A parcel is a batch on its way.
type parcel struct{ start, end, seq, at, lease, accepted uint8 }

// An insertion is an INSERT that was sent. It runs once the server has let it in.
type insertion struct {
	sent, running bool
	awaited       uint8 // by writer 1 or 2; 0: nobody waits for its answer any more
	parcel
}

// A writing is a writer's memory, from one takeover to the next.
type writing struct {
	step    step
	current bool   // its generation is the group's
	void    commit // its intent that came to nothing for certain
	read    commit // what takeOver read
	until   uint8  // what outlive waits for
	extent
	end, seq, recorded uint8
	idle, healing      bool
	batch              parcel
	known              uint8 // accepted events: the id window, as offsets of their first record
	owed               uint8 // dead letters not yet published; only without lettersFirst
}

// An extent is what the log holds, as far as the writer knows.
type extent struct{ rows, next, minSeq, maxSeq uint8 }

// A step is where a writer stands: what it does next.
type step uint8

const (
	away step = iota
	committed
	has
	outlive
	quiesce
	readEnd
	republish
	heal
	remember
	run
	intend
	insert
	inserting
	publish
	healed
	rest
)

// A violation is what must never be.
type violation uint8

const (
	nothing violation = iota
	storedTwice
	acceptedTwice
	letterMissing
	notWhole
	neverRests
)

var violationNames = [...]string{
	"nothing", "a record has two rows", "an event is accepted twice",
	"a commit supersedes a batch whose dead letter is missing", "at rest, but not whole", "it never comes to rest",
}

func (v violation) String() string { return violationNames[v] }
