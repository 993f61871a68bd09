package store_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func explain(t *testing.T, s *store.Store, question string, values ...any) string {
	t.Helper()
	rows, err := s.SQL().QueryContext(ctx, "EXPLAIN QUERY PLAN "+question, values...)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		must(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	must(t, rows.Err())
	return strings.Join(steps, "; ")
}

// numbered is what SQLite counts its nameless subqueries by.
var numbered = regexp.MustCompile(`-[0-9]+`)

// TestEveryQuestionHasItsIndex asks every question, overhears the SQL and lets SQLite say how it would find the answer:
// never by walking a whole table, and for the lists never by sorting.
func TestEveryQuestionHasItsIndex(t *testing.T) {
	s := storetest.Open(t)
	ada := person(t, s, "ada")
	for i := range 40 {
		badge(t, s, ada.ID, fmt.Sprint(i))
	}
	hash := strings.Repeat("a", 64)
	key := "k"
	nothing := func(...any) {}
	cut := map[string]bool{"SCAN bounded": true, "SCAN ranked": true, "SCAN newest": true, "SCAN (subquery)": true} // by a LIMIT already
	for name, ask := range map[string]struct {
		sorted bool
		do     func(context.Context)
	}{
		"person":           {true, func(c context.Context) { nothing(s.Person(c, ada.ID)) }},
		"person by handle": {true, func(c context.Context) { nothing(s.PersonByHandle(c, "ada")) }},
		"any admin":        {true, func(c context.Context) { nothing(s.AnyAdmin(c)) }},
		"addresses":        {false, func(c context.Context) { nothing(s.Addresses(c, ada.ID)) }},
		"address":          {true, func(c context.Context) { nothing(s.AddressByID(c, ada.ID, "x")) }},
		"verified address": {true, func(c context.Context) { nothing(s.VerifiedAddress(c, "x@y")) }},
		"owner":            {true, func(c context.Context) { nothing(s.Owner(c, "x@y")) }},
		"latest claim":     {false, func(c context.Context) { nothing(s.LatestClaim(c, "x@y")) }},
		"merges into":      {true, func(c context.Context) { nothing(s.MergesInto(c, ada.ID)) }},
		"merge into":       {true, func(c context.Context) { nothing(s.MergeInto(c, ada.ID, "x")) }},
		"merge of":         {true, func(c context.Context) { nothing(s.MergeOf(c, ada.ID)) }},
		"merges before":    {true, func(c context.Context) { nothing(s.MergesBefore(c, noon, 10)) }},
		"twins":            {false, func(c context.Context) { nothing(s.Twins(c, ada.ID, "x")) }},
		"count held":       {true, func(c context.Context) { nothing(s.CountHeld(c, ada.ID)) }},
		"removed":          {false, func(c context.Context) { nothing(s.RemovedAddresses(c, ada.ID)) }},
		"address uses":     {false, func(c context.Context) { nothing(s.AddressUses(c, ada.ID)) }},
		"purge addresses":  {true, func(c context.Context) { nothing(s.PurgeAddresses(c, noon)) }},
		"address tokens":   {true, func(c context.Context) { nothing(s.DropAddressTokens(c, "x", "y")) }},
		"unmatched":        {false, func(c context.Context) { nothing(s.Unmatched(c, ada.ID, "", 10)) }},
		"holding":          {true, func(c context.Context) { nothing(s.Holding(c, ada.ID)) }},
		"any verified":     {true, func(c context.Context) { nothing(s.AnyVerifiedAddress(c, ada.ID)) }},
		"token":            {true, func(c context.Context) { nothing(s.Token(c, "reset", hash, noon)) }},
		"use token":        {true, func(c context.Context) { nothing(s.UseToken(c, "reset", hash, noon)) }},
		"drop tokens":      {true, func(c context.Context) { nothing(s.DropTokens(c, "reset", ada.ID)) }},
		"drop setup":       {true, func(c context.Context) { nothing(s.DropTokens(c, "setup", "")) }},
		"purge tokens":     {true, func(c context.Context) { nothing(s.PurgeTokens(c, noon)) }},
		"drop sessions":    {true, func(c context.Context) { nothing(s.DropSessions(c, ada.ID, "")) }},
		"purge sessions":   {true, func(c context.Context) { nothing(s.PurgeSessions(c, noon)) }},
		"session":          {true, func(c context.Context) { nothing(s.Sessions().FindCtx(c, "x")) }},
		"badge":            {true, func(c context.Context) { nothing(s.Badge(c, ada.ID, "x")) }},
		"any badge":        {true, func(c context.Context) { nothing(s.AnyBadge(c, "x")) }},
		"badge by key":     {true, func(c context.Context) { nothing(s.BadgeByKey(c, ada.ID, "x")) }},
		"wall newest":      {true, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID}) }},
		"wall name":        {true, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Sort: "name"}) }},
		"wall issuer":      {true, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Sort: "issuer"}) }},
		"wall private":     {false, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Filter: "private"}) }},
		"wall attention":   {false, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Filter: "attention"}) }},
		"wall counts":      {true, func(c context.Context) { nothing(s.WallCounts(c, ada.ID)) }},
		"shown":            {true, func(c context.Context) { nothing(s.ShownBadges(c, ada.ID, []string{"public"}, "", 2)) }},
		"shown counts":     {false, func(c context.Context) { nothing(s.ShownCounts(c, ada.ID)) }},
		"trash":            {true, func(c context.Context) { nothing(s.DeletedBadges(c, ada.ID)) }},
		"purge":            {true, func(c context.Context) { nothing(s.PurgeDeleted(c, noon)) }},
		"accept pending":   {true, func(c context.Context) { nothing(s.AcceptPending(c, ada.ID, "x", noon)) }},
		"profile":          {true, func(c context.Context) { nothing(s.Profile(c, ada.ID)) }},
		"profile links":    {true, func(c context.Context) { nothing(s.ProfileLinks(c, ada.ID)) }},
		"portrait":         {true, func(c context.Context) { nothing(s.Portrait(c, ada.ID)) }},
		"handles left":     {true, func(c context.Context) { nothing(s.HandlesLeft(c, ada.ID, noon)) }},
		"who has":          {true, func(c context.Context) { nothing(s.WhoHas(c, "nobody")) }},
		"share link":       {true, func(c context.Context) { nothing(s.ShareLink(c, "x")) }},
		"share links of":   {true, func(c context.Context) { nothing(s.ShareLinksOf(c, ada.ID, "x")) }},
		"share links to":   {true, func(c context.Context) { nothing(s.ShareLinksTo(c, ada.ID, "x")) }},
		"count links":      {true, func(c context.Context) { nothing(s.CountShareLinks(c, ada.ID, noon)) }},
		"withdraw link":    {true, func(c context.Context) { nothing(s.WithdrawShareLink(c, ada.ID, "x", noon)) }},
		"passport links":   {true, func(c context.Context) { nothing(s.ShareLinksToPassport(c, ada.ID)) }},
		"made out to":      {false, func(c context.Context) { nothing(s.MadeOutTo(c, ada.ID, []string{"link", "public"})) }},
		"opens of":         {true, func(c context.Context) { nothing(s.OpensOf(c, "x", 5)) }},
		"opens in all":     {false, func(c context.Context) { nothing(s.OpensInAll(c, []string{"x"})) }},
		"linkedin page":    {true, func(c context.Context) { nothing(s.LinkedInPage(c, ada.ID, "x")) }},
		"calendar":         {true, func(c context.Context) { nothing(s.Calendar(c, ada.ID)) }},
		"calendar secret":  {true, func(c context.Context) { nothing(s.CalendarBySecret(c, "x")) }},
		"drop calendar":    {true, func(c context.Context) { nothing(s.DropCalendar(c, ada.ID)) }},
		"badges ending":    {true, func(c context.Context) { nothing(s.BadgesEnding(c, ada.ID, noon)) }},
		"has blocked":      {true, func(c context.Context) { nothing(s.HasBlocked(c, ada.ID, "x")) }},
		"blocked people":   {false, func(c context.Context) { nothing(s.BlockedPeople(c, ada.ID)) }},
		"unblock person":   {true, func(c context.Context) { nothing(s.UnblockPerson(c, ada.ID, "x")) }},
		"audit of":         {true, func(c context.Context) { nothing(s.AuditOf(c, ada.ID, "", 2)) }},
		"audit all":        {true, func(c context.Context) { nothing(s.AuditAll(c, "", 2)) }},
		"wall issued":      {true, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Sort: "issued"}) }},
		"wall expiring":    {false, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Sort: "expiring"}) }},
		"wall searched":    {false, func(c context.Context) { pages(c, s, store.WallQuery{Owner: ada.ID, Search: "iss of"}) }},
		"wall filtered": {false, func(c context.Context) {
			nothing(s.Wall(c, store.WallQuery{
				Owner: ada.ID, Issuer: "x", Tag: "x", Verdicts: []string{"genuine"}, Reasons: []string{"x"}, Language: "en", Year: 2026,
				Favourite: true, SelfMade: true, Endorsed: true, Sort: "name",
			}))
		}},
		"wall tag":        {false, func(c context.Context) { nothing(s.Wall(c, store.WallQuery{Owner: ada.ID, Tag: "x"})) }},
		"wall favourites": {false, func(c context.Context) { nothing(s.Wall(c, store.WallQuery{Owner: ada.ID, Favourite: true})) }},
		"wall found":      {false, func(c context.Context) { nothing(s.Found(c, store.WallQuery{Owner: ada.ID, Search: "x"})) }},
		"wall found ids":  {false, func(c context.Context) { nothing(s.FoundIDs(c, store.WallQuery{Owner: ada.ID}, 9)) }},
		"facets":          {false, func(c context.Context) { nothing(s.Facets(c, ada.ID)) }},
		"marks":           {false, func(c context.Context) { nothing(s.Marks(c, ada.ID, "x", "y")) }},
		"favourite":       {true, func(c context.Context) { nothing(s.SetFavourite(c, ada.ID, "x", true)) }},
		"favourites":      {true, func(c context.Context) { nothing(s.SetFavourites(c, ada.ID, []string{"x", "y"}, true)) }},
		"tags":            {false, func(c context.Context) { nothing(s.Tags(c, ada.ID)) }},
		"tag":             {true, func(c context.Context) { nothing(s.TagBadges(c, ada.ID, []string{"x", "y"}, "t")) }},
		"untag":           {true, func(c context.Context) { nothing(s.UntagBadges(c, ada.ID, []string{"x", "y"}, "t")) }},
		"untag one":       {true, func(c context.Context) { nothing(s.UntagBadge(c, ada.ID, "x", "t")) }},
		"rename a tag":    {true, func(c context.Context) { nothing(s.RenameTag(c, ada.ID, "t", "u")) }},
		"visibilities":    {true, func(c context.Context) { nothing(s.SetVisibilities(c, ada.ID, []string{"x", "y"}, "public", noon)) }},
		"delete some":     {true, func(c context.Context) { nothing(s.DeleteBadges(c, ada.ID, []string{"x", "y"}, noon)) }},
		"take undo":       {true, func(c context.Context) { nothing(s.TakeUndo(c, ada.ID, "x", noon)) }},
		"purge undos":     {true, func(c context.Context) { nothing(s.PurgeUndos(c, noon)) }},
		"put back": {true, func(c context.Context) {
			nothing(s.PutBack(c, ada.ID, []store.Change{
				{"x", store.VisibilityPlace, "private", "public"},
				{"x", store.FavouritePlace, "", "yes"},
				{"x", store.TagPlace, "", "t"},
				{"x", store.TagPlace, "t", ""},
				{"x", store.DeletedPlace, "", "2026-01-01T00:00:00Z"},
			}, noon))
		}},

		"collection":         {true, func(c context.Context) { nothing(s.Collection(c, ada.ID, "x")) }},
		"collections":        {true, func(c context.Context) { nothing(s.Collections(c, ada.ID)) }},
		"delete collection":  {true, func(c context.Context) { nothing(s.DeleteCollection(c, ada.ID, "x", noon)) }},
		"restore collection": {true, func(c context.Context) { nothing(s.RestoreCollection(c, ada.ID, "x")) }},
		"purge collections":  {true, func(c context.Context) { nothing(s.PurgeCollections(c, noon)) }},
		"placed":             {true, func(c context.Context) { nothing(s.PlacedBadges(c, "x")) }},
		"first placed":       {true, func(c context.Context) { nothing(s.FirstPlaced(c, "x", []string{"public"}, 2)) }},
		"count placed":       {false, func(c context.Context) { nothing(s.CountPlaced(c, []string{"x", "y"}, []string{"public"})) }},
		"places in":          {true, func(c context.Context) { nothing(s.PlacesIn(c, "x")) }},
		"collections with":   {true, func(c context.Context) { nothing(s.CollectionsWith(c, ada.ID, "x")) }},
		"shown favourites":   {false, func(c context.Context) { nothing(s.ShownFavourites(c, ada.ID, []string{"public"}, 2)) }},
		"face":               {true, func(c context.Context) { nothing(s.Face(c, ada.ID)) }},

		"a person's sessions": {true, func(c context.Context) { nothing(s.SessionsOf(c, ada.ID, "x")) }},
		"end a session":       {true, func(c context.Context) { nothing(s.EndSession(c, ada.ID, "x")) }},
		"a session's end":     {true, func(c context.Context) { nothing(s.SessionOver(c, "x")) }},
		"use a session":       {true, func(c context.Context) { nothing(s.UseSession(c, "x")) }},
		"letter by link":      {true, func(c context.Context) { nothing(s.SignInLetterByLink(c, hash, noon)) }},
		"letter by request":   {true, func(c context.Context) { nothing(s.SignInLetterByRequest(c, hash, noon)) }},
		"count a try":         {true, func(c context.Context) { nothing(s.CountTry(c, hash, 5, noon)) }},
		"use a letter":        {true, func(c context.Context) { nothing(s.UseSignInLetter(c, hash, noon)) }},
		"relink a letter":     {true, func(c context.Context) { nothing(s.RelinkSignInLetter(c, hash, hash, 5, noon)) }},
		"drop letters":        {true, func(c context.Context) { nothing(s.DropSignInLetters(c, ada.ID)) }},
		"purge letters":       {true, func(c context.Context) { nothing(s.PurgeSignInLetters(c, noon)) }},
		"letter wish":         {true, func(c context.Context) { nothing(s.LetterWish(c, ada.ID)) }},
		"wish by secret":      {true, func(c context.Context) { nothing(s.LetterWishBySecret(c, "x")) }},
		"set a wish":          {true, func(c context.Context) { nothing(s.SetLetterWish(c, ada.ID, "never")) }},

		"identity":       {true, func(c context.Context) { nothing(s.IdentityOf(c, "x", "y")) }},
		"identities":     {true, func(c context.Context) { nothing(s.Identities(c, ada.ID)) }},
		"use identity":   {true, func(c context.Context) { nothing(s.UseIdentity(c, "x", "y", noon)) }},
		"drop identity":  {true, func(c context.Context) { nothing(s.DropIdentity(c, ada.ID, "x")) }},
		"end visit":      {true, func(c context.Context) { nothing(s.EndVisit(c, hash, "oidc", noon)) }},
		"purge visits":   {true, func(c context.Context) { nothing(s.PurgeVisits(c, noon)) }},
		"recheck":        {true, func(c context.Context) { nothing(s.RecheckDue(c, noon, 10)) }},
		"ending soon":    {true, func(c context.Context) { nothing(s.EndingSoon(c, noon, noon.AddDate(0, 1, 0), 10)) }},
		"untold news":    {false, func(c context.Context) { nothing(s.UntoldNews(c, ada.ID)) }},
		"recent news":    {true, func(c context.Context) { nothing(s.RecentNews(c, ada.ID, noon, 5)) }},
		"tell news":      {true, func(c context.Context) { nothing(s.TellNews(c, ada.ID, noon)) }},
		"last told":      {true, func(c context.Context) { nothing(s.LastTold(c, ada.ID)) }},
		"purge news":     {true, func(c context.Context) { nothing(s.PurgeNews(c, noon)) }},
		"a web":          {true, func(c context.Context) { nothing(s.VerificationWeb(c, "x", "y")) }},
		"a said badge":   {true, func(c context.Context) { nothing(s.VerificationBadge(c, "x", "y")) }},
		"former":         {true, func(c context.Context) { nothing(s.FormerDocuments(c, "x", 5)) }},
		"a former one":   {true, func(c context.Context) { nothing(s.FormerDocument(c, "x", "y")) }},
		"latest":         {true, func(c context.Context) { nothing(s.LatestVerification(c, "x")) }},
		"history":        {true, func(c context.Context) { nothing(s.Verifications(c, "x", 5)) }},
		"lease":          {true, func(c context.Context) { nothing(s.Lease(c, []string{"a", "b"}, noon, time.Minute)) }},
		"enqueue":        {true, func(c context.Context) { nothing(s.Enqueue(c, store.Job{Kind: "a", UniqueKey: &key})) }},
		"purge jobs":     {true, func(c context.Context) { nothing(s.PurgeJobs(c, noon)) }},
		"archive":        {true, func(c context.Context) { nothing(s.Archive(c, "x")) }},
		"archive of":     {true, func(c context.Context) { nothing(s.ArchiveOf(c, ada.ID, "out")) }},
		"purge archives": {true, func(c context.Context) { nothing(s.PurgeArchives(c, noon)) }},
		"import":         {true, func(c context.Context) { nothing(s.Import(c, ada.ID, "x")) }},
		"any import":     {true, func(c context.Context) { nothing(s.AnyImport(c, "x")) }},
		"imports":        {true, func(c context.Context) { nothing(s.Imports(c, ada.ID, 5)) }},
		"import before":  {true, func(c context.Context) { nothing(s.ImportBefore(c, ada.ID)) }},
		"unfinished":     {true, func(c context.Context) { nothing(s.ImportsUnfinished(c, "filling", noon, 5)) }},
		"item":           {true, func(c context.Context) { nothing(s.ImportItem(c, ada.ID, "x")) }},
		"waiting items":  {true, func(c context.Context) { nothing(s.WaitingItems(c, "x", 5)) }},
		"begin an item":  {true, func(c context.Context) { nothing(s.BeginItem(c, "x")) }},
		"import counts":  {false, func(c context.Context) { nothing(s.ImportCounts(c, "x")) }},
		"import items":   {true, func(c context.Context) { nothing(s.ImportItems(c, store.ItemsQuery{Import: "x", Limit: 5})) }},
		"items added": {true, func(c context.Context) {
			nothing(s.ImportItems(c, store.ItemsQuery{Import: "x", Only: "added", Limit: 5}))
		}},
		"items open": {true, func(c context.Context) {
			nothing(s.ImportItems(c, store.ItemsQuery{Import: "x", Only: "open", Limit: 5}))
		}},
		"open items":      {true, func(c context.Context) { nothing(s.OpenItems(c, ada.ID, "x", 5)) }},
		"count open":      {true, func(c context.Context) { nothing(s.CountOpen(c, ada.ID)) }},
		"dismiss open":    {true, func(c context.Context) { nothing(s.DismissOpen(c, ada.ID, noon)) }},
		"open dismissed":  {true, func(c context.Context) { nothing(s.RestoreDismissed(c, ada.ID, noon)) }},
		"retry due":       {true, func(c context.Context) { nothing(s.RetryDue(c, noon, 5)) }},
		"open of":         {true, func(c context.Context) { nothing(s.OpenOf(c, ada.ID, "silent", 5)) }},
		"kept bytes":      {true, func(c context.Context) { nothing(s.KeptBytes(c, ada.ID)) }},
		"added by":        {true, func(c context.Context) { nothing(s.AddedBy(c, ada.ID, "x", false)) }},
		"some badges":     {true, func(c context.Context) { nothing(s.BadgesOf(c, ada.ID, []string{"x", "y"})) }},
		"release items":   {false, func(c context.Context) { nothing(s.ReleaseItems(c, "x")) }},
		"purge imports":   {true, func(c context.Context) { nothing(s.PurgeImports(c, noon)) }},
		"evidence":        {true, func(c context.Context) { nothing(s.Evidence(c, "x")) }},
		"a piece of it":   {true, func(c context.Context) { nothing(s.EvidenceOf(c, "x", "y")) }},
		"evidence bytes":  {true, func(c context.Context) { nothing(s.EvidenceBytes(c, ada.ID)) }},
		"purge evidence":  {true, func(c context.Context) { nothing(s.PurgeEvidence(c, noon)) }},
		"hidden evidence": {true, func(c context.Context) { nothing(s.HiddenEvidence(c, "x")) }},
		"show evidence":   {true, func(c context.Context) { nothing(s.UnhideEvidence(c, "x", "y")) }},
		"unused blobs":    {true, func(c context.Context) { nothing(s.UnusedBlobs(c, []string{"x"})) }},
		"badges by keys":  {true, func(c context.Context) { nothing(s.BadgesByKeys(c, ada.ID, []string{"x", "y"})) }},
		"any blobs":       {true, func(c context.Context) { nothing(s.AnyBlobs(c)) }},
		"to fix in all":   {true, func(c context.Context) { nothing(s.CountUnfinished(c, ada.ID)) }},
		"open shelves":    {true, func(c context.Context) { nothing(s.OpenCollections(c, "x", 10)) }},
		"shelf bounds":    {true, func(c context.Context) { nothing(s.OpenCollectionBounds(c, 10)) }},
		"holders": {false, func(c context.Context) {
			nothing(s.Holders(c, store.HolderQuery{Achievement: "x", Issuer: "y", Visibilities: []string{"public"}, Limit: 5}))
		}},
		"open bounds":      {true, func(c context.Context) { nothing(s.OpenBounds(c, 10)) }},
		"open badges":      {true, func(c context.Context) { nothing(s.OpenBadges(c, "", 10)) }},
		"badges after":     {true, func(c context.Context) { nothing(s.BadgesAfter(c, ada.ID, "x", 2)) }},
		"count badges":     {true, func(c context.Context) { nothing(s.CountBadges(c, ada.ID)) }},
		"trashed keys":     {true, func(c context.Context) { nothing(s.TrashedKeys(c, ada.ID)) }},
		"leaving":          {true, func(c context.Context) { nothing(s.LeavingBy(c, noon, 2)) }},
		"departed handle":  {true, func(c context.Context) { nothing(s.HandleDeparted(c, "x")) }},
		"unscrubbed":       {true, func(c context.Context) { nothing(s.Unscrubbed(c)) }},
		"passkeys":         {true, func(c context.Context) { nothing(s.Passkeys(c, ada.ID)) }},
		"a passkey":        {true, func(c context.Context) { nothing(s.PasskeyByCredential(c, []byte("x"))) }},
		"use passkey":      {true, func(c context.Context) { nothing(s.UsePasskey(c, "x", 1, noon)) }},
		"rename passkey":   {true, func(c context.Context) { nothing(s.RenamePasskey(c, ada.ID, "x", "y")) }},
		"drop passkey":     {true, func(c context.Context) { nothing(s.DropPasskey(c, ada.ID, "x")) }},
		"decline passkey":  {true, func(c context.Context) { nothing(s.DeclinePasskey(c, ada.ID, noon)) }},
		"offer passkey":    {true, func(c context.Context) { nothing(s.WantsPasskeyOffer(c, ada.ID)) }},
		"second factor":    {true, func(c context.Context) { nothing(s.SecondFactor(c, ada.ID)) }},
		"spend step":       {true, func(c context.Context) { nothing(s.SpendStep(c, ada.ID, 1)) }},
		"drop factor":      {true, func(c context.Context) { nothing(s.DropSecondFactor(c, ada.ID)) }},
		"recovery codes":   {true, func(c context.Context) { nothing(s.RecoveryCodes(c, ada.ID)) }},
		"use recovery":     {true, func(c context.Context) { nothing(s.UseRecoveryCode(c, ada.ID, "x", noon)) }},
		"settings":         {true, func(c context.Context) { nothing(s.SetSiteSetting(c, "x", "y", noon)) }},
		"admins":           {true, func(c context.Context) { nothing(s.Admins(c)) }},
		"people":           {true, func(c context.Context) { nothing(s.People(c, store.PeopleQuery{Limit: 2})) }},
		"disabled people":  {false, func(c context.Context) { nothing(s.People(c, store.PeopleQuery{Only: "disabled", Limit: 2})) }},
		"people called so": {false, func(c context.Context) { nothing(s.People(c, store.PeopleQuery{Words: "ada x@y @z", Limit: 2})) }},
		"session count":    {true, func(c context.Context) { nothing(s.SessionCount(c, ada.ID, noon)) }},
		"audit of what":    {true, func(c context.Context) { nothing(s.AuditPage(c, store.AuditQuery{What: "x", Limit: 2})) }},
		"audit words":      {true, func(c context.Context) { nothing(s.AuditWords(c)) }},
		"invitation":       {true, func(c context.Context) { nothing(s.Invitation(c, hash, noon)) }},
		"use invitation":   {true, func(c context.Context) { nothing(s.UseInvitation(c, hash, noon)) }},
		"invitations":      {true, func(c context.Context) { nothing(s.Invitations(c, 5)) }},
		"purge invited":    {true, func(c context.Context) { nothing(s.PurgeInvitations(c, noon)) }},
		"block":            {true, func(c context.Context) { nothing(s.BlockOf(c, "domain", "x")) }},
		"blocks":           {true, func(c context.Context) { nothing(s.Blocks(c, "issuer")) }},
		"any block":        {true, func(c context.Context) { nothing(s.AnyBlock(c, "domain", []string{"x", "y"})) }},
		"drop block":       {true, func(c context.Context) { nothing(s.DropBlock(c, "x")) }},
		"issuers":          {true, func(c context.Context) { nothing(s.Issuers(c)) }},
		"mark issuer":      {true, func(c context.Context) { nothing(s.MarkIssuer(c, "x", store.Issuer{IssuerID: "y"})) }},
		"mark badge":       {true, func(c context.Context) { nothing(s.MarkBadge(c, ada.ID, "x", nil)) }},
		"issuer blocked":   {true, func(c context.Context) { nothing(s.IssuerBlocked(c, "x")) }},
		"blocked count":    {true, func(c context.Context) { nothing(s.BlockedCount(c, "x")) }},
		"jobs ready":       {true, func(c context.Context) { nothing(s.Jobs(c, store.JobQuery{State: "ready", Kind: "a", Limit: 2})) }},
		"jobs dead":        {true, func(c context.Context) { nothing(s.Jobs(c, store.JobQuery{State: "dead", Limit: 2})) }},
		"jobs done":        {false, func(c context.Context) { nothing(s.Jobs(c, store.JobQuery{State: "done", Limit: 2})) }},
		"job counts":       {true, func(c context.Context) { nothing(s.JobCounts(c)) }},
		"revive":           {true, func(c context.Context) { nothing(s.ReviveJob(c, "x", noon)) }},
		"hurry":            {true, func(c context.Context) { nothing(s.HurryJob(c, "x", noon)) }},
		"delete job":       {true, func(c context.Context) { nothing(s.DeleteJob(c, "x", noon)) }},
		"recorded page":    {true, func(c context.Context) { nothing(s.RecordedPage(c, "x")) }},
	} {
		heard := overhear(t, s, ask.do)
		if len(heard) == 0 {
			t.Errorf("%s: nothing was asked", name)
		}
		for _, said := range heard {
			plan := explain(t, s, said.SQL, said.Values...)
			for _, step := range strings.Split(plan, "; ") {
				walks := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "USING") && !strings.Contains(step, "CONSTANT") && step != "SCAN asked" /* the one row of claim.go */ && !cut[numbered.ReplaceAllString(step, "")]
				if walks || ask.sorted && strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("%s: %s\n%s", name, plan, said.SQL)
				}
			}
		}
	}
}

// pages asks for a first page and the one after it.
func pages(c context.Context, s *store.Store, q store.WallQuery) {
	q.Limit = 2
	_, next, err := s.Wall(c, q)
	if err != nil || next == "" && q.Filter != "attention" {
		panic(fmt.Sprint("no second page: ", err))
	}
	q.After = next
	if _, _, err := s.Wall(c, q); err != nil {
		panic(err)
	}
}

func overhear(t *testing.T, s *store.Store, ask func(context.Context)) []store.Said {
	t.Helper()
	var lock sync.Mutex
	var heard []store.Said
	quiet := s.Overhear(func(said store.Said) {
		lock.Lock()
		defer lock.Unlock()
		heard = append(heard, said)
	})
	defer quiet()
	ask(ctx)
	return heard
}
