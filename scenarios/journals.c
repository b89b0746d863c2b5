/* journals.c - what forms of journals there are, and how each is told from the others. */
#include "journals.h"

#include <string.h>
#include <sys/stat.h>

#include "database.h"
#include "packed.h"

#define HEADER "{\"treefall\":"

static const struct {
	const char *word, *endings, *help;
} rows[SCN_FORMATS] = {
#define X(name, word, endings, help) { word, endings, help },
	SCN_FORMAT_LIST(X)
#undef X
};

const char *scn_format_word(enum scn_format format)
{
	return rows[format].word;
}

const char *scn_format_help(enum scn_format format)
{
	return rows[format].help;
}

const char *scn_format_endings(enum scn_format format)
{
	return rows[format].endings;
}

enum scn_format scn_format_find(const char *word)
{
	unsigned i = 0;

	while (i < SCN_FORMATS && strcmp(rows[i].word, word) != 0)
		i++;
	return (enum scn_format)i;
}

static bool has_ending(const char *name, const char *endings)
{
	size_t length = strlen(name);

	while (*endings) {
		size_t n = strcspn(endings, " ");
		if (length > n && memcmp(name + length - n, endings, n) == 0)
			return true;
		endings += n + (endings[n] == ' ');
	}
	return false;
}

enum scn_format scn_format_of_name(const char *path)
{
	for (unsigned i = 0; i < SCN_FORMATS; i++)
		if (has_ending(path, rows[i].endings))
			return (enum scn_format)i;
	return SCN_JSONL;
}

enum scn_format scn_format_of_file(const char *path)
{
	struct stat there;
	char begin[SCN_DATABASE_BEGIN] = "";
	/* What is not a regular file could only be read once. */
	FILE *file = stat(path, &there) == 0 && S_ISREG(there.st_mode) ? fopen(path, "re") : NULL;
	size_t length = file ? fread(begin, 1, sizeof(begin), file) : 0;

	if (file)
		fclose(file);
	if (length >= sizeof(HEADER) - 1 && memcmp(begin, HEADER, sizeof(HEADER) - 1) == 0)
		return SCN_JSONL;
	if (length >= SCN_PACKED_MAGIC_LENGTH &&
	    memcmp(begin, SCN_PACKED_MAGIC, SCN_PACKED_MAGIC_LENGTH - 1) == 0)
		return SCN_BINARY;
	return scn_database_begins(begin, length) ? SCN_SQLITE : SCN_FORMATS;
}

const char *scn_format_lacks(enum scn_format format)
{
	return format == SCN_SQLITE ? scn_database_lacks() : NULL;
}
