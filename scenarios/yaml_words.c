/* yaml_words.c - what the YAML library complains about, in words for whoever wrote the file. */
#include "yaml_words.h"

#include <string.h>

/* Its words, or a piece of them, and ours. */
static const struct {
	const char *theirs, *ours;
} complaints[] = {
	{ "invalid tab", "a tab cannot indent; use blanks" },
	{ "cannot use tab", "a tab cannot indent; use blanks" },
	{ "invalid multiline plain key",
	  "this text goes on over several lines and then becomes a key; is the next line indented wrongly?" },
	{ "used as key",
	  "a key cannot go on over several lines; is there a ':' too many, or a quote missing?" },
	{ "invalid nested block mapping", "a second ':' on this line; quote the text that contains it" },
	{ "plain scalar cannot start with '@'", "a text that starts with '@' has to be quoted" },
	{ "plain scalar cannot start with '`'", "a text that starts with '`' has to be quoted" },
	{ "plain scalar cannot start with '%'", "a text that starts with '%' has to be quoted" },
	{ "flow sequence without a closing", "a '[' is not closed" },
	{ "missing comma in flow", "a comma or a closing bracket is missing" },
	{ "invalid extra closing", "a closing bracket too many" },
	{ "wrongly indented double-quoted",
	  "a quote is not closed, or its text goes on without indentation" },
	{ "wrongly indented single-quoted",
	  "a quote is not closed, or its text goes on without indentation" },
	{ "in flow mode", "what is in brackets has to be indented more than the line that opens them" },
	{ "wrongly indented flow",
	  "what is in brackets has to be indented more than the line that opens them" },
	{ "wrongly indented", "wrong indentation" },
	{ "invalid indentation", "wrong indentation" },
	{ "did not find expected key", "wrong indentation, or a '-' or a key is missing" },
	{ "did not find expected '-' indicator", "wrong indentation, or a '-' is missing" },
	{ "wrong indendation", "wrong indentation" },
	{ "could not find expected ':'", "a ':' is missing after this key" },
	{ "did not find expected node content", "a value is missing here" },
	{ "invalid trailing content", "something stands behind the closing quote" },
	{ "invalid escape", "a backslash in double quotes begins an escape that YAML does not have" },
	{ "hex escape", "an escape with digits is broken" },
	{ "UTF8 escape", "an escape with digits is broken" },
	{ "surrogate", "an escape with digits is broken" },
	{ "block sequence entries not allowed", "a list cannot begin on the line of its key" },
	{ "illegal block entry", "a list item cannot stand here" },
	{ "invalid mapping key", "a key cannot stand here" },
	{ "lookup tag", "tags cannot be used in a scenario" },
	{ "(tag_scan)", "tags cannot be used in a scenario" },
	{ "invalid comment", "a '#' needs a blank before it" },
	{ "directive", "directives cannot be used in a scenario" },
	{ "document", "a second document, or a stray document marker; a scenario is one document" },
};

const char *scn_yaml_words(const char *theirs)
{
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		if (strstr(theirs, complaints[i].theirs))
			return complaints[i].ours;
	}
	return NULL;
}
