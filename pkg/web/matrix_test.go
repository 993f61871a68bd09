package web

import "net/url"

// What an address answers to somebody: the page or deed itself, the door, or that there is no such thing.
const (
	open    = "open"
	door    = "door"
	nothing = "nothing"
)

// rights is one row of the matrix: what a route answers to everybody, for a private, a members' and a public badge of
// the holder's where it is about one. Three answers must be given: to nobody signed in, to another member, and to the
// holder. The others are asked as well, and answered like one of those where the row says nothing else: an endorser's
// link, a share link and a departed person like a visitor; somebody blocked, a reviewer and an administrator like
// another member (administrators see nobody's badges that their holder does not show them).
type rights struct {
	visitor, member, holder string
	members, public         [2]string // visitor and other member; empty: as for a private badge
	publicOnly              bool      // it is there of a public badge, for everybody, and of no other for nobody

	blocked, endorser, share, reviewer, admin, departed string // only where they are answered in a way of their own

	form url.Values // what is posted, the same by everybody
	with []string   // what stands in the address for its parameters, as ":name", "value" in turn, where usual ones will not do
}

// matrix has a row for every route, in blocks by noun: a new row moves no other block.
var matrix = map[string]rights{
	"GET /":                 {visitor: open, member: open, holder: open},
	"GET /join":             {visitor: open, member: open, holder: open},
	"POST /join":            {visitor: open, member: open, holder: open},
	"GET /join/:secret":     {visitor: open, member: open, holder: open},
	"POST /join/:secret":    {visitor: open, member: open, holder: open},
	"GET /letter-sent":      {visitor: open, member: open, holder: open},
	"GET /sign-in":          {visitor: open, member: open, holder: open},
	"POST /sign-in":         {visitor: open, member: open, holder: open},
	"GET /sign-in/again":    {visitor: door, member: open, holder: open},
	"POST /sign-in/again":   {visitor: door, member: open, holder: open},
	"POST /sign-out":        {visitor: open, member: open, holder: open},
	"GET /forgot":           {visitor: open, member: open, holder: open},
	"POST /forgot":          {visitor: open, member: open, holder: open, form: url.Values{"email": {"x@y.example"}}},
	"GET /reset/:secret":    {visitor: open, member: open, holder: open},
	"POST /reset/:secret":   {visitor: open, member: open, holder: open},
	"GET /confirm/:secret":  {visitor: open, member: open, holder: open},
	"POST /confirm/:secret": {visitor: open, member: open, holder: open},
	"GET /setup/:secret":    {visitor: open, member: open, holder: open},
	"POST /setup/:secret":   {visitor: open, member: open, holder: open},

	"GET /sign-in/code":            {visitor: door, member: door, holder: door}, // to whoever has asked for no letter
	"POST /sign-in/code":           {visitor: door, member: door, holder: door},
	"GET /sign-in/letter/:secret":  {visitor: open, member: open, holder: open},
	"POST /sign-in/letter/:secret": {visitor: open, member: open, holder: open},
	"POST /sign-in/again/letter":   {visitor: door, member: door, holder: door}, // on to the page that asks for the code

	"GET /verify":  {visitor: open, member: open, holder: open},
	"POST /verify": {visitor: open, member: open, holder: open, form: url.Values{"text": {"no badge"}}},

	"GET /b/:id/certificate.pdf":     {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /c/:id/collection.pdf":      {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /s/:secret/collection.pdf":  {visitor: nothing, member: nothing, holder: nothing},
	"GET /@:handle/passport.pdf":     {visitor: open, member: open, holder: open, blocked: nothing},
	"GET /s/:secret/certificate.pdf": {visitor: nothing, member: nothing, holder: nothing},

	"GET /badges":         {visitor: door, member: open, holder: open},
	"POST /badges":        {visitor: door, member: open, holder: open},
	"GET /badges/add":     {visitor: door, member: open, holder: open},
	"GET /badges/deleted": {visitor: door, member: open, holder: open},

	"POST /badges/deleted/restore": {visitor: door, member: open, holder: open},
	"POST /badges/favourite":       {visitor: door, member: nothing, holder: nothing, form: url.Values{"on": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"POST /badges/change":          {visitor: door, member: open, holder: open, form: url.Values{"do": {"favourite"}}},
	"POST /badges/undo":            {visitor: door, member: open, holder: open},
	"GET /badges/tags":             {visitor: door, member: open, holder: open},
	"POST /badges/tags":            {visitor: door, member: open, holder: open, form: url.Values{"do": {"delete"}, "tag": {"none"}}},
	"POST /b/:id/tag":              {visitor: door, member: nothing, holder: open, form: url.Values{"tag": {"Work"}}},
	"POST /b/:id/untag":            {visitor: door, member: nothing, holder: open, form: url.Values{"tag": {"Work"}}},
	// Of nobody there is an import with the id of a badge.
	"GET /badges/imports/:id":             {visitor: door, member: nothing, holder: nothing},
	"POST /badges/imports/:id/stop":       {visitor: door, member: nothing, holder: nothing},
	"POST /badges/imports/:id/go-on":      {visitor: door, member: nothing, holder: nothing},
	"POST /badges/imports/:id/undo":       {visitor: door, member: nothing, holder: nothing},
	"POST /badges/imports/:id/redo":       {visitor: door, member: nothing, holder: nothing},
	"POST /badges/imports/:id/visibility": {visitor: door, member: nothing, holder: nothing, form: url.Values{"visibility": {"private"}}},
	"POST /badges/imports/:id/tag":        {visitor: door, member: nothing, holder: nothing, form: url.Values{"tag": {"Work"}}},
	"GET /badges/to-fix":                  {visitor: door, member: open, holder: open},
	"POST /badges/to-fix/dismiss":         {visitor: door, member: open, holder: open},
	"POST /badges/to-fix/open":            {visitor: door, member: open, holder: open},
	"POST /badges/to-fix/:id/retry":       {visitor: door, member: nothing, holder: nothing},
	"POST /badges/to-fix/:id/dismiss":     {visitor: door, member: nothing, holder: nothing},
	"POST /badges/to-fix/:id/open":        {visitor: door, member: nothing, holder: nothing},

	"GET /b/:id":                             {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/picture":                     {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/baked.png":                   {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/baked.svg":                   {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/original":                    {visitor: door, member: nothing, holder: open},
	"GET /b/:id/archive":                     {visitor: door, member: nothing, holder: open},
	"GET /b/:id/evidence":                    {visitor: door, member: nothing, holder: open},
	"POST /b/:id/evidence":                   {visitor: door, member: nothing, holder: open, form: url.Values{"words": {"I was there."}}},
	"POST /b/:id/evidence/issuer":            {visitor: door, member: nothing, holder: open, form: url.Values{"piece": {"none"}, "hidden": {"no"}}},
	"GET /b/:id/evidence/:evidence":          {visitor: door, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}}, // those that are there: evidence_test.go
	"POST /b/:id/evidence/:evidence":         {visitor: door, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"GET /b/:id/evidence/:evidence/file":     {visitor: nothing, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"POST /b/:id/evidence/:evidence/hidden":  {visitor: door, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"POST /b/:id/evidence/:evidence/remove":  {visitor: door, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"POST /b/:id/evidence/:evidence/restore": {visitor: door, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"GET /b/:id/former/:former":              {visitor: door, member: nothing, holder: nothing, with: []string{":former", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"GET /b/:id/former/:former/original":     {visitor: door, member: nothing, holder: nothing, with: []string{":former", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},
	"POST /b/:id/visibility":                 {visitor: door, member: nothing, holder: open, form: url.Values{"visibility": {"private"}}},
	"POST /b/:id/check":                      {visitor: door, member: nothing, holder: open},
	"POST /b/:id/delete":                     {visitor: door, member: nothing, holder: open},
	"POST /b/:id/restore":                    {visitor: door, member: nothing, holder: open},

	"GET /b/:id/share":           {visitor: door, member: nothing, holder: open},
	"POST /b/:id/share":          {visitor: door, member: nothing, holder: open},
	"POST /b/:id/share/withdraw": {visitor: door, member: nothing, holder: nothing, form: url.Values{"link": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"POST /b/:id/share/linkedin": {visitor: door, member: nothing, holder: open, form: url.Values{"page": {"1337"}}},
	"GET /b/:id/qr.svg":          {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/qr.png":          {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/embed":           {publicOnly: true},
	"GET /oembed":                {visitor: nothing, member: nothing, holder: nothing}, // of no address

	"GET /s/:secret":                    {visitor: nothing, member: nothing, holder: nothing}, // those that lead somewhere: share_test.go
	"POST /s/:secret":                   {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/evidence/:evidence": {visitor: nothing, member: nothing, holder: nothing, with: []string{":evidence", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}},

	"GET /s/:secret/picture":   {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/baked.png": {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/baked.svg": {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/qr.svg":    {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/qr.png":    {visitor: nothing, member: nothing, holder: nothing},

	"GET /collections":           {visitor: door, member: open, holder: open},
	"POST /collections":          {visitor: door, member: open, holder: open},
	"GET /collections/new":       {visitor: door, member: open, holder: open},
	"GET /c/:id":                 {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"POST /c/:id":                {visitor: door, member: nothing, holder: open},
	"GET /c/:id/edit":            {visitor: door, member: nothing, holder: open},
	"GET /c/:id/add":             {visitor: door, member: nothing, holder: open},
	"POST /c/:id/add":            {visitor: door, member: nothing, holder: open},
	"POST /c/:id/order":          {visitor: door, member: nothing, holder: open, form: url.Values{"order": {"x"}}},
	"POST /c/:id/text":           {visitor: door, member: nothing, holder: nothing, form: url.Values{"badge": {"x"}}},
	"POST /c/:id/remove":         {visitor: door, member: nothing, holder: nothing, form: url.Values{"badge": {"x"}}},
	"POST /c/:id/put-back":       {visitor: door, member: nothing, holder: nothing, form: url.Values{"badge": {"x"}}},
	"POST /c/:id/raise":          {visitor: door, member: nothing, holder: open},
	"POST /c/:id/delete":         {visitor: door, member: nothing, holder: open},
	"POST /c/:id/restore":        {visitor: door, member: nothing, holder: open},
	"GET /c/:id/share":           {visitor: door, member: nothing, holder: open},
	"POST /c/:id/share":          {visitor: door, member: nothing, holder: open},
	"POST /c/:id/share/withdraw": {visitor: door, member: nothing, holder: nothing, form: url.Values{"link": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"POST /c/:id/check":          {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /c/:id/badges.zip":      {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /c/:id/qr.svg":          {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /c/:id/qr.png":          {visitor: nothing, member: nothing, holder: open, blocked: nothing, members: [2]string{nothing, open}, public: [2]string{open, open}},

	"GET /s/:secret/portrait":                     {visitor: nothing, member: nothing, holder: nothing}, // of passports: sharepassport_test.go
	"GET /s/:secret/passport.pdf":                 {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/c/:collection":                {visitor: nothing, member: nothing, holder: nothing},
	"POST /s/:secret/c/:collection/check":         {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/c/:collection/badges.zip":     {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/c/:collection/collection.pdf": {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/c/:collection/qr.svg":         {visitor: nothing, member: nothing, holder: nothing},

	"GET /you/passport/share":           {visitor: door, member: open, holder: open},
	"POST /you/passport/share":          {visitor: door, member: open, holder: open},
	"POST /you/passport/share/withdraw": {visitor: door, member: nothing, holder: nothing, form: url.Values{"link": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},

	"POST /s/:secret/check":                      {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/badges.zip":                  {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge":                    {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge/evidence/:evidence": {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge/certificate.pdf":    {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge/picture":            {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge/baked.png":          {visitor: nothing, member: nothing, holder: nothing},
	"GET /s/:secret/b/:badge/baked.svg":          {visitor: nothing, member: nothing, holder: nothing},

	"GET /b/:id/collect":  {visitor: door, member: nothing, holder: open},
	"POST /b/:id/collect": {visitor: door, member: nothing, holder: nothing, form: url.Values{"collection": {"x"}}},

	"GET /@:handle/qr.svg":               {visitor: open, member: open, holder: open, blocked: nothing},
	"GET /@:handle/qr.png":               {visitor: open, member: open, holder: open, blocked: nothing},
	"GET /you/passport":                  {visitor: door, member: open, holder: open},
	"POST /you/passport":                 {visitor: door, member: open, holder: open, form: url.Values{"look": {"moss"}}},
	"POST /you/passport/order":           {visitor: door, member: open, holder: open, form: url.Values{"section": {"about"}, "move": {"down"}}},
	"POST /you/passport/show":            {visitor: door, member: nothing, holder: nothing, form: url.Values{"collection": {"x"}}},
	"GET /@:handle":                      {visitor: open, member: open, holder: open, blocked: nothing},
	"GET /@:handle/portrait":             {visitor: open, member: open, holder: open, blocked: nothing},
	"POST /@:handle/block":               {visitor: door, member: open, holder: open},
	"GET /you":                           {visitor: door, member: open, holder: open},
	"POST /you":                          {visitor: door, member: open, holder: open, form: url.Values{"name": {"Amina Diallo"}, "handle": {"amina-diallo"}, "shown-name": {"public"}, "shown-about": {"private"}, "shown-languages": {"private"}, "shown-links": {"private"}, "shown-portrait": {"public"}}},
	"POST /you/preferences":              {visitor: door, member: open, holder: open, form: url.Values{"language": {"en"}, "theme": {"auto"}}},
	"GET /you/portrait":                  {visitor: door, member: open, holder: open},
	"POST /you/portrait":                 {visitor: door, member: open, holder: open},
	"GET /you/portrait/draft":            {visitor: door, member: nothing, holder: open},
	"POST /you/portrait/set":             {visitor: door, member: open, holder: open},
	"POST /you/portrait/remove":          {visitor: door, member: open, holder: open},
	"POST /you/unblock":                  {visitor: door, member: open, holder: open, form: url.Values{"person": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"POST /you/confirm":                  {visitor: door, member: nothing, holder: nothing, form: url.Values{"address": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"GET /you/sign-in":                   {visitor: door, member: open, holder: open},
	"POST /you/password":                 {visitor: door, member: open, holder: open, form: url.Values{"password": {"short"}}},
	"POST /you/password/remove":          {visitor: door, member: open, holder: open, form: url.Values{"present": {"not the present one"}}},
	"POST /sign-in/passkey/ask":          {visitor: open, member: open, holder: open},
	"POST /sign-in/passkey":              {visitor: open, member: open, holder: open},
	"GET /sign-in/second":                {visitor: door, member: door, holder: door},
	"POST /sign-in/second":               {visitor: door, member: door, holder: door},
	"POST /sign-in/again/passkey":        {visitor: door, member: open, holder: open},
	"POST /you/passkeys/ask":             {visitor: door, member: open, holder: open},
	"POST /you/passkeys":                 {visitor: door, member: open, holder: open},
	"POST /you/passkeys/decline":         {visitor: door, member: open, holder: open},
	"POST /you/passkeys/:id":             {visitor: door, member: nothing, holder: nothing, form: url.Values{"name": {"Laptop"}}},
	"POST /you/passkeys/:id/remove":      {visitor: door, member: nothing, holder: nothing},
	"GET /you/second":                    {visitor: door, member: open, holder: open},
	"GET /you/second/app":                {visitor: door, member: open, holder: open},
	"POST /you/second/app":               {visitor: door, member: open, holder: open},
	"POST /you/second/app/keep":          {visitor: door, member: open, holder: open},
	"POST /you/second/app/remove":        {visitor: door, member: nothing, holder: nothing},
	"POST /you/second/passkeys":          {visitor: door, member: nothing, holder: nothing},
	"POST /you/second/codes":             {visitor: door, member: nothing, holder: nothing},
	"POST /you/second/off":               {visitor: door, member: nothing, holder: nothing},
	"GET /.well-known/change-password":   {visitor: open, member: open, holder: open},
	"GET /.well-known/passkey-endpoints": {visitor: open, member: open, holder: open},

	"GET /you/addresses":                   {visitor: door, member: open, holder: open},
	"POST /you/addresses":                  {visitor: door, member: open, holder: open, form: url.Values{"email": {"more@savoirs.example"}}},
	"GET /you/addresses/:address":          {visitor: door, member: nothing, holder: nothing},
	"POST /you/addresses/:address/code":    {visitor: door, member: nothing, holder: nothing, form: url.Values{"code": {"123456"}}},
	"POST /you/addresses/:address/primary": {visitor: door, member: nothing, holder: nothing},
	"GET /you/addresses/:address/remove":   {visitor: door, member: nothing, holder: nothing},
	"POST /you/addresses/:address/remove":  {visitor: door, member: nothing, holder: nothing},
	"POST /you/addresses/:address/restore": {visitor: door, member: open, holder: open},

	"GET /you/sessions":             {visitor: door, member: open, holder: open},
	"POST /you/sessions/end":        {visitor: door, member: open, holder: open, form: url.Values{"session": {"none"}}},
	"POST /you/sessions/end-others": {visitor: door, member: open, holder: open},
	"POST /you/sessions/end-all":    {visitor: door, member: open, holder: open},
	"GET /you/log":                  {visitor: door, member: open, holder: open},
	"GET /you/letters":              {visitor: door, member: open, holder: open},
	"POST /you/letters":             {visitor: door, member: open, holder: open, form: url.Values{"badges": {"daily"}}},

	"GET /b/:id/og.png":    {publicOnly: true},
	"GET /c/:id/og.png":    {publicOnly: true},
	"GET /@:handle/og.png": {visitor: open, member: open, holder: open}, // as feeds
	"GET /c/:id/embed":     {publicOnly: true},
	"GET /c/:id/feed.atom": {publicOnly: true},
	"GET /c/:id/feed.rss":  {publicOnly: true},
	"GET /c/:id/feed.json": {publicOnly: true},

	"GET /@:handle/feed.atom": {visitor: open, member: open, holder: open}, // what everybody sees, to everybody
	"GET /@:handle/feed.rss":  {visitor: open, member: open, holder: open},
	"GET /@:handle/feed.json": {visitor: open, member: open, holder: open},

	"GET /calendar/:secret":  {visitor: nothing, member: nothing, holder: nothing}, // without its secret
	"GET /you/calendar":      {visitor: door, member: open, holder: open},
	"POST /you/calendar":     {visitor: door, member: open, holder: open},
	"POST /you/calendar/off": {visitor: door, member: open, holder: open},

	"GET /unsubscribe/:secret":  {visitor: nothing, member: nothing, holder: nothing}, // without a letter's secret
	"POST /unsubscribe/:secret": {visitor: nothing, member: nothing, holder: nothing},

	"GET /you/data/join":            {visitor: door, member: open, holder: open},
	"POST /you/data/join":           {visitor: door, member: open, holder: open},
	"POST /you/data/join/prove":     {visitor: door, member: open, holder: open, form: url.Values{"email": {"x@y.example"}, "password": {"not the password"}}},
	"POST /you/data/join/letter":    {visitor: door, member: open, holder: open, form: url.Values{"email": {"x@y.example"}}},
	"POST /you/data/join/code":      {visitor: door, member: open, holder: open, form: url.Values{"code": {"123456"}}},
	"POST /you/data/join/second":    {visitor: door, member: open, holder: open, form: url.Values{"code": {"123456"}}},
	"POST /you/data/join/another":   {visitor: door, member: open, holder: open},
	"POST /you/data/join/undo":      {visitor: door, member: nothing, holder: nothing, form: url.Values{"merge": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"GET /you/data":                 {visitor: door, member: open, holder: open},
	"POST /you/data/archive":        {visitor: door, member: open, holder: open},
	"POST /you/data/archive/cancel": {visitor: door, member: open, holder: open},
	"GET /you/data/archive.zip":     {visitor: door, member: nothing, holder: nothing},
	"POST /you/data/bring":          {visitor: door, member: open, holder: open},
	"POST /you/data/bring/cancel":   {visitor: door, member: open, holder: open},
	"GET /you/leave":                {visitor: door, member: open, holder: open},
	"POST /you/leave":               {visitor: door, member: open, holder: open},
	"GET /you/leaving":              {visitor: door, member: open, holder: open},
	"POST /you/stay":                {visitor: door, member: open, holder: open},
	"POST /you/leave/now":           {visitor: door, member: open, holder: open},

	"POST /language": {visitor: open, member: open, holder: open, form: url.Values{"language": {"en"}}},
	"POST /theme":    {visitor: open, member: open, holder: open, form: url.Values{"theme": {"auto"}}},

	"GET /_/:asset":      {visitor: nothing, member: nothing, holder: nothing},
	"GET /favicon.ico":   {visitor: open, member: open, holder: open},
	"GET /sitemap.xml":   {visitor: open, member: open, holder: open},
	"GET /sitemap/:page": {visitor: open, member: open, holder: open, with: []string{":page", "first.xml"}},
	"GET /robots.txt":    {visitor: open, member: open, holder: open},

	"GET /.well-known/security.txt": {visitor: nothing, member: nothing, holder: nothing}, // where nobody is named

	// To an administrator, nobody and nothing has the id of a badge.
	"GET /admin":                           {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /admin/people":                    {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /admin/people/:id":                {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/help":          {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/second":        {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/disable":       {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/enable":        {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/promote":       {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/demote":        {visitor: door, member: nothing, holder: nothing},
	"POST /admin/people/:id/look":          {visitor: door, member: nothing, holder: nothing, form: url.Values{"reason": {"asked"}}},
	"GET /admin/sign-up":                   {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/sign-up":                  {visitor: door, member: nothing, holder: nothing, admin: open, form: url.Values{"mode": {"open"}}},
	"POST /admin/invitations":              {visitor: door, member: nothing, holder: nothing, admin: open, form: url.Values{"most": {"1"}, "days": {"1"}}},
	"POST /admin/invitations/:id/withdraw": {visitor: door, member: nothing, holder: nothing},
	"GET /admin/blocked":                   {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/blocked":                  {visitor: door, member: nothing, holder: nothing, admin: open, form: url.Values{"kind": {"domain"}, "domain": {"evil.example"}}},
	"POST /admin/blocked/:id/remove":       {visitor: door, member: nothing, holder: nothing},
	"GET /admin/jobs":                      {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/jobs/:id/retry":           {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/jobs/:id/delete":          {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /admin/log":                       {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /admin/tests":                     {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/tests/mail":               {visitor: door, member: nothing, holder: nothing}, // to no address but one's own
	"POST /admin/tests/storage":            {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /admin/settings":                  {visitor: door, member: nothing, holder: nothing, admin: open},
	"POST /admin/settings":                 {visitor: door, member: nothing, holder: nothing, admin: open},
	"GET /look":                            {visitor: nothing, member: nothing, holder: nothing}, // to whoever looks as nobody else
	"POST /look/stop":                      {visitor: nothing, member: nothing, holder: nothing},
	"GET /terms":                           {visitor: nothing, member: nothing, holder: nothing}, // where none are written
	"GET /privacy":                         {visitor: nothing, member: nothing, holder: nothing},
	"GET /imprint":                         {visitor: nothing, member: nothing, holder: nothing},

	"GET /livez":  {visitor: open, member: open, holder: open},
	"GET /readyz": {visitor: open, member: open, holder: open},

	"GET /dev/mail":     {visitor: open, member: open, holder: open},
	"GET /dev/mail/:id": {visitor: nothing, member: nothing, holder: nothing, with: []string{":id", "none"}},

	"POST /sign-in/again/with/:provider": {visitor: door, member: door, holder: door, with: []string{":provider", "github"}}, // which tells no time: on to the other ways
	"POST /sign-in/with/:provider":       {visitor: open, member: open, holder: open, with: []string{":provider", "github"}},
	"GET /sign-in/from/:provider":        {visitor: door, member: door, holder: door, with: []string{":provider", "github"}},
	"GET /join/with":                     {visitor: door, member: door, holder: door},
	"POST /join/with":                    {visitor: door, member: door, holder: door},
	"POST /you/sign-in/with/:provider":   {visitor: door, member: open, holder: open, with: []string{":provider", "github"}},
	"POST /you/sign-in/without":          {visitor: door, member: nothing, holder: nothing},
}
