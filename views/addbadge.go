package views

import "time"

// AddPage is where badges are brought in (GET /badges/add, and the answer to POST /badges).
type AddPage struct {
	Frame     Frame
	Text      string       // what was pasted, given back
	Mistake   string       // word key of a mistake of the whole form (import.mistake.*); empty: none
	Limit     int64        // the largest file, bytes
	Together  int64        // the largest sum of one sending, bytes
	Most      int          // the largest number of files of one sending
	Waits     int          // how many things may wait to be put right or looked at
	Results   []ImportView // nil: nothing was sent yet
	Addresses []string     // the holder's confirmed addresses
	Bringing  Bringing
}

// ImportView is what became of one file, link or text.
type ImportView struct {
	ID        string // of the item of an import; empty where one thing is answered at once
	Item      string // the file's name or the link, cut to a readable length
	Size      int64  // bytes; 0: not said
	Outcome   string // added, already, updated, waiting, somebody-else, not-badge, too-large, unopened, blocked, silent, passport, failed or next
	Card      *Card  // the badge, when there is one
	Reason    string // openbadges.Reason for not-badge, and for added the one that decided the verdict
	Detail    string // the English sentence, shown when Reason has no translation
	Params    map[string]string
	AddressID string   // waiting: the address to confirm
	Address   string   // waiting: as typed
	Removed   bool     // waiting: the holder has removed it since
	Names     []string // somebody-else: the addresses it names in plain text, masked by web if need be

	Open      bool       // it is left to fix
	Dismissed bool       // its holder does not want it
	Kept      bool       // what came is kept, and can be tried again
	Trashed   bool       // its badge is in the trash
	Again     *time.Time // when it is tried again by itself
}
