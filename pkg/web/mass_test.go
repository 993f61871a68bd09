package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

// changed are the columns that differ, without those that every deed may write: when it was done, what is to be done
// later, and what is written down about it.
func changed(before, after map[string]string) (columns []string) {
	for _, column := range slices.Sorted(maps.Keys(after)) {
		table, name, _ := strings.Cut(column, ".")
		if before[column] == after[column] || name == "updated_at" || slices.Contains([]string{"sessions", "jobs", "audit", "turns"}, table) {
			continue
		}
		columns = append(columns, column)
	}
	return columns
}

// TestAFormChangesOnlyTheFieldsItHas sends with every form a field for every column there is, by every name a program
// might know it by: nothing changes but what the form is for.
// ASVS: V8.2.3, V15.3.3
func TestAFormChangesOnlyTheFieldsItHas(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	other := town.member("Moussa Ba", "moussa@medina.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)

	fields := map[string][]string{} // what the forms of the pages have, by where they are sent
	for _, f := range append(holder.crawl("/b/"+badge).forms(t), town.visitor().crawl().forms(t)...) {
		fields[f.action] = append(fields[f.action], slices.Collect(maps.Keys(f.fields))...)
	}
	more := url.Values{}
	columns := 0
	for column := range storetest.Columns(t, town.store) {
		_, name, _ := strings.Cut(column, ".")
		columns++
		value := map[string]string{
			"role": "admin", "visibility": "public", "state": "accepted", "handle": "taken", "language": "fr", "theme": "dark", "primary": "true",
			"is_primary": "true", "name": "Mass Assigned", "disabled_at": "2020-01-01T00:00:00Z", "deleted_at": "2020-01-01T00:00:00Z", "verified_at": "2020-01-01T00:00:00Z",
		}[name]
		if value == "" {
			value = other.person.ID
		}
		camel := strings.ReplaceAll(strings.Title(strings.ReplaceAll(name, "_", " ")), " ", "") //nolint:staticcheck // names of columns are ASCII
		for _, as := range []string{name, camel, strings.TrimSuffix(camel, "Id") + "ID", column, "person." + name, "person[" + name + "]", "Person." + camel} {
			more.Set(as, value)
		}
	}
	wrong, routes := 0, 0
	for _, key := range town.routes() {
		path, deed := strings.CutPrefix(key, "POST ")
		if !deed || path == "/sign-out" {
			continue
		}
		routes++
		row := matrix[key]
		address := row.address(path, badge)
		for who, v := range map[string]*visitor{"the holder": holder, "another member": other, "nobody": town.visitor()} {
			send := func(form url.Values) []string {
				town.reset(t, holder, badge, "members", key)
				before := storetest.Columns(t, town.store)
				a := v.once(t).post(address, form)
				after := changed(before, storetest.Columns(t, town.store))
				v.staysIn(t, a)
				return after
			}
			usual := send(row.form)
			all := maps.Clone(more)
			maps.Copy(all, row.form)
			for _, column := range send(all) {
				_, name, _ := strings.Cut(column, ".")
				if !slices.Contains(usual, column) && !slices.Contains(fields[address], name) {
					t.Errorf("%s, %s: %s was changed, and no form has it", key, who, column)
					wrong++
				}
			}
		}
	}
	for _, v := range []*visitor{holder, other} {
		if person, err := town.store.Person(t.Context(), v.person.ID); err != nil || person.Role != "member" || person.DisabledAt != nil || person.Handle != v.person.Handle {
			t.Errorf("%+v, %v", person, err)
		}
	}
	t.Logf("%d columns that no form has were changed: %d deeds, %d columns, 3 people", wrong, routes, columns)
}

// TestLookingWritesNothing asks every route for what it shows, as three people: the database holds what it held.
// ASVS: V3.5.3, V7.6.2
func TestLookingWritesNothing(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	admin := town.member("Ibrahima Fall", "ibrahima@savoirs.example")
	town.appoint(t, admin)
	looked := 0
	before := storetest.Contents(t, town.store)
	for _, key := range town.routes() {
		path, looks := strings.CutPrefix(key, "GET ")
		if !looks {
			continue
		}
		town.forgive()
		for who, v := range map[string]*visitor{"the holder": holder, "an administrator": admin, "nobody": town.visitor()} {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
				once := v.once(t)
				once.do(once.request(method, matrix[key].address(path, badge), nil))
				looked++
			}
			if after := storetest.Contents(t, town.store); !maps.Equal(before, after) {
				for table := range after {
					if after[table] != before[table] {
						t.Errorf("%s, %s: %s was %s and is %s", key, who, table, before[table], after[table])
					}
				}
				before = after
			}
		}
	}
	t.Logf("%d looks", looked)
}
