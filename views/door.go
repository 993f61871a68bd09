package views

import "context"

// mistake is the sentence for what account found wrong with a field: mistake.<field>.<reason>, or a general one for a
// reason no page knows. No reason is no sentence.
func mistake(ctx context.Context, field string, reasons map[string]string) string {
	reason := reasons[field]
	if reason == "" {
		return ""
	}
	return Say(ctx, "mistake."+field+"."+reason, T(ctx, "mistake.other"))
}

func nameInput(ctx context.Context, value string, reasons map[string]string) Input {
	return Input{
		Name: "name", Label: T(ctx, "field.name"), Hint: T(ctx, "field.name.hint"), Value: value,
		Mistake: mistake(ctx, "name", reasons), Autocomplete: "name", MaxLength: 100, Required: true,
	}
}

func emailInput(ctx context.Context, value, autocomplete string, reasons map[string]string) Input {
	return Input{
		Name: "email", Type: "email", Label: T(ctx, "field.email"), Value: value,
		Mistake: mistake(ctx, "email", reasons), Autocomplete: autocomplete, MaxLength: 254, Required: true,
	}
}

// newPasswordInput has no greatest length: a browser would cut what was pasted without a word.
func newPasswordInput(ctx context.Context, reasons map[string]string) Input {
	return Input{
		Name: "password", Type: "password", Label: T(ctx, "field.password.new"), Hint: T(ctx, "field.password.hint"),
		Mistake: mistake(ctx, "password", reasons), Autocomplete: "new-password", Required: true,
	}
}

func passwordInput(ctx context.Context) Input {
	return Input{
		Name: "password", Type: "password", Label: T(ctx, "field.password"),
		Autocomplete: "current-password", Required: true,
	}
}

// optionalPasswordInput is for whoever signs in with one; without it a letter goes out.
func optionalPasswordInput(ctx context.Context) Input {
	i := passwordInput(ctx)
	i.Required = false
	return i
}

// wishedPasswordInput is for whoever wants one; letters let in without it.
func wishedPasswordInput(ctx context.Context, reasons map[string]string) Input {
	i := newPasswordInput(ctx, reasons)
	i.Label, i.Hint, i.Required = T(ctx, "field.password.wished"), T(ctx, "field.password.wished.hint"), false
	return i
}
