package views

import "time"

// DeletedPage is the trash of a passport (GET /badges/deleted).
type DeletedPage struct {
	Frame    Frame
	Identity Identity
	Counts   WallCounts
	Badges   []DeletedView
}

// DeletedView is one badge that can still be restored.
type DeletedView struct {
	Card      Card
	DeletedAt time.Time
	DaysLeft  int // whole days until it is gone for good, at least 0
}
