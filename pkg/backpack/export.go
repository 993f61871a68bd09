package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// Papers are a badge in a passport's archive: badge.json in the badge's folder, and by their names the other files there.
type Papers struct {
	ID            string     `json:"id"` // in the Carnet it comes from
	Name          string     `json:"name"`
	Description   string     `json:"description,omitempty"`
	Issuer        string     `json:"issuer,omitempty"`
	IssuerID      string     `json:"issuer_id,omitempty"`
	CredentialID  string     `json:"credential_id,omitempty"`
	AchievementID string     `json:"achievement_id,omitempty"`
	Standard      string     `json:"standard"`
	Proof         string     `json:"proof"`
	Container     string     `json:"container"`
	Language      string     `json:"language,omitempty"`
	IssuedAt      *time.Time `json:"issued_at,omitempty"`
	ExpiresAt     *time.Time `json:"expires_at,omitempty"`

	State      string     `json:"state"`      // accepted, pending or refused
	Visibility string     `json:"visibility"` // private, link, members or public
	Favourite  bool       `json:"favourite,omitempty"`
	Tags       []string   `json:"tags,omitempty"`    // the holder's own
	Address    string     `json:"address,omitempty"` // the holder's address it was made out to
	Source     string     `json:"source,omitempty"`  // where it was fetched from
	AddedAt    time.Time  `json:"added_at"`
	ChangedAt  time.Time  `json:"changed_at"`
	DeletedAt  *time.Time `json:"deleted_at,omitempty"` // it is in the trash

	Verdict   string     `json:"verdict,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	CheckedAt *time.Time `json:"checked_at,omitempty"`

	Document     string `json:"document"` // the credential, byte for byte
	Verify       string `json:"verify"`   // what carnet verify is to be given: the name of the document, or the address it is known by
	DocumentType string `json:"document_type"`
	Original     string `json:"original,omitempty"` // the very file that came in
	OriginalType string `json:"original_type,omitempty"`
	OriginalName string `json:"original_name,omitempty"`
	Picture      string `json:"picture,omitempty"`
	PictureType  string `json:"picture_type,omitempty"`
	PNG          string `json:"png,omitempty"` // the picture with the credential inside
	SVG          string `json:"svg,omitempty"`

	Evidence []EvidencePapers `json:"evidence,omitempty"`        // the holder's own, the first first
	Hidden   []string         `json:"hidden_evidence,omitempty"` // pieces of the issuer's that the holder shows to nobody

	Former  []FormerPapers `json:"former,omitempty"`  // the last replaced first
	Checks  []CheckPapers  `json:"checks,omitempty"`  // the newest first
	Missing []string       `json:"missing,omitempty"` // files that could not be read, by what they are
}

// FormerPapers are what a badge was before an update.
type FormerPapers struct {
	ReplacedAt   time.Time `json:"replaced_at"`
	Document     string    `json:"document"`
	DocumentType string    `json:"document_type"`
	Original     string    `json:"original,omitempty"`
	OriginalType string    `json:"original_type,omitempty"`
	Picture      string    `json:"picture,omitempty"`
}

// CheckPapers are one verification. Web and Report are there of the first and the last, and of the last that could tell.
type CheckPapers struct {
	At       time.Time       `json:"at"`
	Verdict  string          `json:"verdict"`
	Standard string          `json:"standard"`
	Proof    string          `json:"proof"`
	Brought  bool            `json:"brought,omitempty"` // it was made by another Carnet than the one the archive is from
	Findings json.RawMessage `json:"findings"`
	Badge    json.RawMessage `json:"badge,omitempty"`  // what the credential said
	Web      string          `json:"web,omitempty"`    // the recorded web: for carnet verify --web
	Report   string          `json:"report,omitempty"` // what was found, as carnet verify --json writes it
}

// BadgePapers is the file that holds Papers.
const BadgePapers = "badge.json"

// Put takes a file of an archive, by its name in the badge's folder.
type Put func(name string, at time.Time, content []byte) error

// clerk writes the papers of one badge.
type clerk struct {
	*Backpack
	badge  store.Badge
	papers Papers
	put    Put
	named  map[string]bool // folders that are there
}

// Export writes everything there is of a badge: the file and the credential as they came, its picture, baked and plain,
// what it was before it was updated, what its holder put beside it, its settings and its history with the recorded webs. The badge is one with its
// Document, from the trash too. What cannot be read of it is named. ErrBusy when too many others are being painted.
func (b *Backpack) Export(ctx context.Context, badge store.Badge, put Put) (Papers, error) {
	c := clerk{Backpack: b, badge: badge, papers: papersOf(badge), put: put, named: map[string]bool{}}
	for _, write := range []func(context.Context) error{c.address, c.marks, c.document, c.original, c.pictures, c.former, c.checks, c.beside} {
		if err := write(ctx); err != nil {
			return Papers{}, fmt.Errorf("export a badge: %w", err)
		}
	}
	text, err := json.MarshalIndent(c.papers, "", " ")
	if err != nil {
		return Papers{}, fmt.Errorf("export a badge: %w", err)
	}
	return c.papers, put(BadgePapers, badge.UpdatedAt, append(text, '\n'))
}

func papersOf(b store.Badge) Papers {
	return Papers{
		ID: b.ID, Name: b.Name, Description: b.Description, Issuer: b.IssuerName, IssuerID: b.IssuerID, CredentialID: b.CredentialID,
		AchievementID: b.AchievementID, Standard: b.Standard, Proof: b.Proof, Container: b.Container, Language: b.Language,
		IssuedAt: b.IssuedAt, ExpiresAt: b.ExpiresAt, State: b.State, Visibility: b.Visibility, Source: b.SourceURL,
		AddedAt: b.CreatedAt, ChangedAt: b.UpdatedAt, DeletedAt: b.DeletedAt, Verdict: b.Verdict, Reason: b.VerdictReason,
		CheckedAt: b.CheckedAt, DocumentType: b.DocumentType, OriginalType: b.OriginalType, OriginalName: b.OriginalName,
		PictureType: b.PictureType,
	}
}

func (c *clerk) address(ctx context.Context) error {
	if c.badge.AddressID == nil {
		return nil
	}
	a, err := c.store.AddressByID(ctx, c.badge.PersonID, *c.badge.AddressID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	c.papers.Address = a.Email
	return err
}

func (c *clerk) document(ctx context.Context) error {
	c.papers.Document = "credential." + ending(c.badge.DocumentType)
	c.papers.Verify = inputOf(ctx, c.badge, c.papers.Document)
	return c.put(c.papers.Document, c.badge.CreatedAt, c.badge.Document)
}

func (c *clerk) original(ctx context.Context) error {
	if c.badge.OriginalKey == "" {
		return nil
	}
	content, err := c.files.Read(ctx, c.badge.OriginalKey)
	if err != nil {
		return c.misses(ctx, "original")
	}
	c.papers.Original = "original." + ending(c.badge.OriginalType)
	return c.put(c.papers.Original, c.badge.CreatedAt, content)
}

// misses names what cannot be read: the rest of a passport does not stay behind for one damaged file.
func (c *clerk) misses(ctx context.Context, what string) error {
	c.papers.Missing = append(c.papers.Missing, what)
	return ctx.Err()
}

func (c *clerk) pictures(ctx context.Context) error {
	if err := c.picture(ctx); err != nil {
		return err
	}
	if err := c.baked(ctx, "png", &c.papers.PNG); err != nil {
		return err
	}
	return c.baked(ctx, "svg", &c.papers.SVG)
}

// picture writes what a badge looks like, unless that is the very file it came in.
func (c *clerk) picture(ctx context.Context) error {
	switch c.badge.PictureKey {
	case "":
		return nil
	case c.badge.OriginalKey:
		c.papers.Picture = c.papers.Original
		return nil
	}
	content, kind, err := c.Picture(ctx, c.badge)
	if err != nil {
		return c.misses(ctx, "picture")
	}
	c.papers.Picture = "picture." + pictureEnding(kind)
	return c.put(c.papers.Picture, c.badge.CreatedAt, content)
}

func (c *clerk) baked(ctx context.Context, form string, name *string) error {
	content, err := c.Baked(ctx, c.badge, form)
	switch {
	case errors.Is(err, ErrBusy):
		return err
	case err != nil:
		return c.misses(ctx, "baked."+form)
	}
	*name = "baked." + form
	return c.put(*name, c.badge.CreatedAt, content)
}

func pictureEnding(kind string) string {
	switch kind {
	case typePNG:
		return "png"
	case typeJPEG:
		return "jpg"
	case typeGIF:
		return "gif"
	case typeWebP:
		return "webp"
	}
	return "svg"
}

func (c *clerk) former(ctx context.Context) error {
	all, err := c.store.FormerDocuments(ctx, c.badge.ID, mostFormer)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := c.formerOne(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (c *clerk) formerOne(ctx context.Context, one store.FormerDocument) error {
	one, err := c.store.FormerDocument(ctx, c.badge.ID, one.ID)
	if err != nil {
		return err
	}
	folder := c.folder("former/", one.ReplacedAt)
	f := FormerPapers{
		ReplacedAt: one.ReplacedAt, DocumentType: one.DocumentType, OriginalType: one.OriginalType,
		Document: folder + "credential." + ending(one.DocumentType),
	}
	if err := c.put(f.Document, one.ReplacedAt, one.Document); err != nil {
		return err
	}
	for _, file := range []struct {
		key, what string
		name      *string
	}{{one.OriginalKey, "original", &f.Original}, {one.PictureKey, "picture", &f.Picture}} {
		if file.key == "" {
			continue
		}
		content, err := c.files.Read(ctx, file.key)
		if err != nil {
			if err := c.misses(ctx, folder+file.what); err != nil {
				return err
			}
			continue
		}
		*file.name = folder + file.what + "." + ending(one.OriginalType)
		if p, ok := recognise(content); file.what == "picture" && ok {
			*file.name = folder + "picture." + pictureEnding(p.kind)
		}
		if err := c.put(*file.name, one.ReplacedAt, content); err != nil {
			return err
		}
	}
	c.papers.Former = append(c.papers.Former, f)
	return nil
}

// folder names a new folder by a moment; of two of one moment the second has a number behind it.
func (c *clerk) folder(in string, at time.Time) string {
	moment := strings.TrimSuffix(folderOf(at), "/")
	name := in + moment + "/"
	for n := 2; c.named[name]; n++ {
		name = fmt.Sprintf("%s%s-%d/", in, moment, n)
	}
	c.named[name] = true
	return name
}

func (c *clerk) checks(ctx context.Context) error {
	rows, err := c.store.Verifications(ctx, c.badge.ID, remembered)
	if err != nil {
		return err
	}
	told := slices.IndexFunc(rows, func(v store.Verification) bool { return v.Verdict != string(openbadges.CannotTell) })
	for i, row := range rows {
		p := CheckPapers{At: row.At, Verdict: row.Verdict, Standard: row.Standard, Proof: row.Proof, Brought: row.Brought, Findings: row.Findings}
		if p.Badge, err = c.store.VerificationBadge(ctx, c.badge.ID, row.ID); err != nil {
			return err
		}
		if i == 0 || i == told || i == len(rows)-1 {
			if err := c.evidence(ctx, row, &p); err != nil {
				return err
			}
		}
		c.papers.Checks = append(c.papers.Checks, p)
	}
	return nil
}

// evidence writes what a verification saw of the web and what it found.
func (c *clerk) evidence(ctx context.Context, row store.Verification, p *CheckPapers) error {
	squeezed, err := c.store.VerificationWeb(ctx, c.badge.ID, row.ID)
	if err != nil {
		return err
	}
	web, err := unpacked(squeezed)
	if err != nil {
		return err
	}
	k, err := keptIn(row)
	if err != nil {
		return err
	}
	report, err := k.report()
	if err != nil {
		return err
	}
	folder := c.folder("checks/", row.At)
	p.Web, p.Report = folder+"web.json", folder+"report.json"
	return errors.Join(c.put(p.Web, row.At, web), c.put(p.Report, row.At, report))
}
