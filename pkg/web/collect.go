package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// pickedPage is how many badges one chooses from at once.
const pickedPage = 60

// newCollection is the form of a collection that is not made yet.
func (s *Site) newCollection(c echo.Context, me store.Person) error {
	form := views.CollectionForm{Badges: asked(c.QueryParams()["badge"]), Cover: store.CoverPattern, Layout: store.LayoutWall, Visibility: store.Private}
	return s.showCollectionForm(c, http.StatusOK, me, form, nil, nil)
}

// makeCollection makes a collection, or gives the form back with a word beside the mistake or what it would tell others.
func (s *Site) makeCollection(c echo.Context, me store.Person) error {
	form, err := collectionForm(c)
	if err != nil {
		return err
	}
	made, err := s.Passports.MakeCollection(c.Request().Context(), me.ID, wishOf(form, c), form.Badges, s.Now())
	if wrong, joins, mended := mendable(err); mended {
		return s.showCollectionForm(c, http.StatusUnprocessableEntity, me, form, wrong, joins)
	}
	if err != nil {
		return err
	}
	if len(form.Badges) > 0 {
		return seeOther(c, collectionAt(made.ID)+"?done=collection-made")
	}
	return seeOther(c, collectionAt(made.ID)+"/add?done=collection-made")
}

// mendable are the mistakes of a form about a collection, and the addresses it would join.
func mendable(err error) (wrong map[string]string, joins []string, mended bool) {
	var mistakes passport.Mistakes
	var joined *passport.Joins
	switch {
	case errors.As(err, &mistakes):
		return mistakes, nil, true
	case errors.As(err, &joined):
		return nil, joined.Addresses, true
	case errors.Is(err, passport.ErrFull):
		return map[string]string{"full": "full"}, nil, true
	}
	return nil, nil, false
}

func collectionForm(c echo.Context) (views.CollectionForm, error) {
	values, err := c.FormParams()
	if err != nil {
		return views.CollectionForm{}, errMalformed
	}
	return views.CollectionForm{
		Title: values.Get("title"), Note: values.Get("note"), Cover: values.Get("cover"), CoverBadge: values.Get("cover-badge"),
		Layout: values.Get("layout"), Visibility: values.Get("visibility"), InPassport: values.Get("in-passport") != "", Badges: asked(values["badge"]),
	}, nil
}

// asked are the ids in a form, each once, no more than a collection may hold.
func asked(ids []string) []string {
	var all []string
	for _, id := range ids {
		if id != "" && !slices.Contains(all, id) && len(all) <= passport.MostCollected {
			all = append(all, id)
		}
	}
	return all
}

func wishOf(f views.CollectionForm, c echo.Context) passport.Wish {
	return passport.Wish{
		Title: f.Title, Note: f.Note, Cover: f.Cover, CoverBadge: f.CoverBadge, Layout: f.Layout, Visibility: f.Visibility, InPassport: f.InPassport,
		Knowing: knowing(c),
	}
}

// knowing says whether somebody goes on after they were told what a collection joins.
func knowing(c echo.Context) bool { return c.FormValue("knowing") == "yes" }

func (s *Site) showCollectionForm(c echo.Context, status int, me store.Person, form views.CollectionForm, wrong map[string]string, joins []string) error {
	page := views.CollectionEdit{Form: form, Mistakes: wrong, Joins: joins}
	var err error
	if page.Frame, err = s.frame(c, "title.collection-new", "passport"); err != nil {
		return err
	}
	for _, id := range form.Badges {
		badge, err := s.Store.Badge(c.Request().Context(), me.ID, id)
		if err != nil {
			return err
		}
		page.Items = append(page.Items, views.CollectionItem{Card: s.card(badge, true)})
	}
	return s.show(c, status, views.NewCollection(page))
}

// editCollection is where the maker of a collection changes it.
func (s *Site) editCollection(c echo.Context, me store.Person) error {
	return s.showEdit(c, http.StatusOK, me, nil, nil, nil)
}

// saveCollection changes a collection, or gives the form back.
func (s *Site) saveCollection(c echo.Context, me store.Person) error {
	form, err := collectionForm(c)
	if err != nil {
		return err
	}
	err = s.Passports.SaveCollection(c.Request().Context(), me.ID, c.Param("id"), wishOf(form, c), s.Now())
	if wrong, joins, mended := mendable(err); mended {
		return s.showEdit(c, http.StatusUnprocessableEntity, me, &form, wrong, joins)
	}
	if err != nil {
		return err
	}
	return seeOther(c, collectionAt(c.Param("id"))+"?done=saved")
}

// showEdit shows the form of a collection; typed is what was typed into it, or nil.
func (s *Site) showEdit(c echo.Context, status int, me store.Person, typed *views.CollectionForm, wrong map[string]string, joins []string) error {
	shown, err := s.mine(c, me)
	if err != nil {
		return err
	}
	ctx, kept := c.Request().Context(), shown.Collection
	page := views.CollectionEdit{ID: kept.ID, Mistakes: wrong, Joins: joins, Items: s.collectedView(ctx, shown, true).Items}
	page.Form = views.CollectionForm{Title: kept.Title, Note: kept.Note, Cover: kept.Cover, Layout: kept.Layout, Visibility: kept.Visibility, InPassport: kept.Place != nil}
	if kept.CoverBadgeID != nil {
		page.Form.CoverBadge = *kept.CoverBadgeID
	}
	if typed != nil {
		page.Form = *typed
	}
	if page.Owner, err = s.collectionOwner(ctx, shown); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.collection-edit", "passport"); err != nil {
		return err
	}
	page.Frame.Title = kept.Title + " · " + page.Frame.Title
	if said, given := c.Get(typedOf).(views.TypedText); given {
		page.Typed = said
	}
	return s.show(c, status, views.EditCollection(page))
}

// mine is a collection of one's own that is not in the trash.
func (s *Site) mine(c echo.Context, me store.Person) (passport.Collected, error) {
	shown, err := s.Passports.Collection(c.Request().Context(), passport.Viewer{PersonID: me.ID}, c.Param("id"))
	if err == nil && (shown.Collection.PersonID != me.ID || shown.Collection.DeletedAt != nil) {
		err = echo.ErrNotFound
	}
	return shown, err
}

// pick is where one chooses badges for a collection.
func (s *Site) pick(c echo.Context, me store.Person) error {
	return s.showPick(c, http.StatusOK, me, nil)
}

func (s *Site) showPick(c echo.Context, status int, me store.Person, wrong map[string]string) error {
	shown, err := s.mine(c, me)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page := views.PickPage{ID: shown.Collection.ID, Title: shown.Collection.Title, Search: wallAsk(c.QueryParams()).Search, More: c.QueryParam("after") != "", Mistakes: wrong}
	badges, next, err := s.Store.Wall(ctx, store.WallQuery{Owner: me.ID, Sort: "newest", Search: page.Search, After: c.QueryParam("after"), Limit: pickedPage})
	if err != nil {
		return err
	}
	page.Next = next
	for _, one := range badges {
		in := slices.ContainsFunc(shown.Badges, func(p store.Placed) bool { return p.ID == one.ID })
		page.Badges = append(page.Badges, views.PickView{Card: s.card(one, true), In: in})
	}
	if page.Frame, err = s.frame(c, "title.collection-pick", "passport"); err != nil {
		return err
	}
	return s.show(c, status, views.Pick(page))
}

// addToCollection puts badges into a collection; where that joins addresses, it says so and asks.
func (s *Site) addToCollection(c echo.Context, me store.Person) error {
	values, err := c.FormParams()
	if err != nil {
		return errMalformed
	}
	return s.addBadges(c, me, c.Param("id"), asked(values["badge"]), collectionAt(c.Param("id"))+"/add")
}

func (s *Site) addBadges(c echo.Context, me store.Person, id string, badges []string, back string) error {
	came, err := s.Passports.AddBadges(c.Request().Context(), me.ID, id, passport.Adding{Badges: badges, Knowing: knowing(c)}, s.Now())
	wrong, joins, mended := mendable(err)
	switch {
	case len(joins) > 0:
		return s.showJoins(c, views.JoinsPage{Action: collectionAt(id) + "/add", Back: back, Badges: badges, Joins: joins})
	case mended && wrong["full"] != "":
		return seeOther(c, collectionAt(id)+"/edit?done=collection-full")
	case err != nil:
		return err
	}
	if came == 0 {
		return seeOther(c, collectionAt(id)+"/edit?done=collected-none")
	}
	return seeOther(c, collectionAt(id)+"/edit?done=collected&n="+strconv.Itoa(came))
}

// showJoins asks once more before badges come into a collection that joins addresses by them.
func (s *Site) showJoins(c echo.Context, page views.JoinsPage) (err error) {
	if page.Frame, err = s.frame(c, "title.collection-joins", "passport"); err != nil {
		return err
	}
	return s.show(c, http.StatusUnprocessableEntity, views.CollectionJoins(page))
}

// orderCollection moves one badge of a collection, or puts all into an order.
func (s *Site) orderCollection(c echo.Context, me store.Person) error {
	values, err := c.FormParams()
	if err != nil {
		return errMalformed
	}
	ctx, id := c.Request().Context(), c.Param("id")
	badge, where := values.Get("badge"), values.Get("move")
	if order := values["order"]; len(order) > 0 {
		err = s.Passports.OrderBadges(ctx, me.ID, id, asked(order), s.Now())
	} else {
		err = s.Passports.MoveBadge(ctx, me.ID, id, badge, where, s.Now())
	}
	if err != nil {
		return err
	}
	return seeOther(c, collectionAt(id)+"/edit#in-"+url.PathEscape(badge))
}

// sayInCollection keeps what the maker of a collection says of a badge in it.
func (s *Site) sayInCollection(c echo.Context, me store.Person) error {
	id, badge := c.Param("id"), c.FormValue("badge")
	err := s.Passports.Say(c.Request().Context(), me.ID, id, badge, c.FormValue("text"), s.Now())
	if wrong, _, mended := mendable(err); mended {
		return s.showSaid(c, me, badge, c.FormValue("text"), wrong)
	}
	if err != nil {
		return err
	}
	return seeOther(c, collectionAt(id)+"/edit?done=saved#in-"+url.PathEscape(badge))
}

// showSaid gives back what was typed of one badge.
func (s *Site) showSaid(c echo.Context, me store.Person, badge, text string, wrong map[string]string) error {
	c.Set(typedOf, views.TypedText{Badge: badge, Text: text})
	return s.showEdit(c, http.StatusUnprocessableEntity, me, nil, wrong, nil)
}

// typedOf is under which the request keeps what was typed of one badge.
const typedOf = "typed-of"

// removeFromCollection takes a badge out of a collection, with a way back.
func (s *Site) removeFromCollection(c echo.Context, me store.Person) error {
	id, badge := c.Param("id"), c.FormValue("badge")
	if err := s.Passports.RemoveBadge(c.Request().Context(), me.ID, id, badge, s.Now()); err != nil {
		return err
	}
	return seeOther(c, collectionAt(id)+"/edit?done=uncollected&collection="+url.QueryEscape(id)+"&badge="+url.QueryEscape(badge))
}

// putBack puts a badge back into a collection, where it was; where that joins addresses, it says so and asks.
func (s *Site) putBack(c echo.Context, me store.Person) error {
	id, badges := c.Param("id"), []string{c.FormValue("badge")}
	err := s.Passports.PutBack(c.Request().Context(), me.ID, id, passport.Adding{Badges: badges, Knowing: knowing(c)}, s.Now())
	_, joins, _ := mendable(err)
	switch {
	case len(joins) > 0:
		return s.showJoins(c, views.JoinsPage{Action: collectionAt(id) + "/put-back", Back: collectionAt(id) + "/edit", Badges: badges, Joins: joins})
	case errors.Is(err, passport.ErrFull):
		return seeOther(c, collectionAt(id)+"/edit?done=collection-full")
	case err != nil:
		return err
	}
	return seeOther(c, collectionAt(id)+"/edit?done=put-back")
}

// deleteCollection puts a collection into the trash, with a way back.
func (s *Site) deleteCollection(c echo.Context, me store.Person) error {
	id := c.Param("id")
	if err := s.Passports.DeleteCollection(c.Request().Context(), me.ID, id, s.Now()); err != nil {
		return err
	}
	return seeOther(c, "/collections?done=collection-deleted&collection="+url.QueryEscape(id))
}

// restoreCollection takes a collection out of the trash.
func (s *Site) restoreCollection(c echo.Context, me store.Person) error {
	id := c.Param("id")
	if err := s.Passports.RestoreCollection(c.Request().Context(), me.ID, id); err != nil {
		return err
	}
	return seeOther(c, collectionAt(id)+"?done=collection-restored")
}

// raiseCollection shows a collection's badges to all who see the collection.
func (s *Site) raiseCollection(c echo.Context, me store.Person) error {
	id := c.Param("id")
	n, err := s.Passports.RaiseBadges(c.Request().Context(), me.ID, id, s.Now())
	if err != nil {
		return err
	}
	return seeOther(c, collectionAt(id)+"?done=raised&n="+strconv.Itoa(n))
}

// collect is where the holder of a badge puts it into collections.
func (s *Site) collect(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	if badge.State != store.Accepted {
		return echo.ErrNotFound
	}
	all, err := s.Store.Collections(ctx, me.ID)
	if err != nil {
		return err
	}
	in, err := s.Store.CollectionsWith(ctx, me.ID, badge.ID)
	if err != nil {
		return err
	}
	page := views.CollectPage{ID: badge.ID, Name: badge.Name, Lang: badge.Language, Picture: pictureAddress(badge), Full: len(all) >= passport.MostCollections}
	for _, one := range all {
		if one.DeletedAt == nil {
			page.Choices = append(page.Choices, views.CollectChoice{ID: one.ID, Title: one.Title, Visibility: one.Visibility, In: slices.Contains(in, one.ID)})
		}
	}
	if page.Frame, err = s.frame(c, "title.collect", "passport"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Collect(page))
}

// collectInto puts a badge into one collection.
func (s *Site) collectInto(c echo.Context, me store.Person) error {
	badge := c.Param("id")
	return s.addBadges(c, me, c.FormValue("collection"), []string{badge}, "/b/"+url.PathEscape(badge)+"/collect")
}
