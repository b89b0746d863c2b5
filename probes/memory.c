/* memory.c - following treefall_layout through /proc/PID/mem. */
#include "memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER 0x80000000u /* the top bit of a name that is a number */
#define NAME   256         /* bytes of an id, its end included */
#define LEVELS 1000

static bool fetch(const struct prb_memory *memory, uint64_t address, void *out, size_t size)
{
	return pread(memory->file, out, size, (off_t)address) == (ssize_t)size;
}

/* Where the first byte of the binary lies in the process: the lowest mapping of that very file. */
static bool find_base(int pid, uint64_t *base)
{
	char path[64], line[512];
	struct stat binary;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (stat(path, &binary) != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");

	if (maps == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), maps) != NULL) {
		unsigned major_number, minor_number;
		uint64_t inode;

		found = sscanf(line, "%" SCNx64 "-%*x %*s %*x %x:%x %" SCNu64, base, &major_number,
			       &minor_number, &inode) == 4 &&
			inode == binary.st_ino && inode != 0;
	}
	fclose(maps);
	return found;
}

enum rt_status prb_memory_open(int pid, const struct prb_binary *binary, struct prb_memory *out,
			       struct rt_error *error)
{
	char path[64];
	uint64_t base;

	out->file = -1;
	if (binary->layout == 0)
		return rt_error_set(error, RT_EINVAL, "the program does not say where its paths are");
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	out->file = open(path, O_RDONLY | O_CLOEXEC);
	if (out->file < 0 || !find_base(pid, &base) ||
	    !fetch(out, base + binary->layout - binary->low, &out->layout, sizeof(out->layout))) {
		prb_memory_close(out);
		return rt_error_set(error, RT_EIO, "the memory of process %d cannot be read: %m", pid);
	}
	if (out->layout.version != RT_LAYOUT_VERSION) {
		prb_memory_close(out);
		return rt_error_set(error, RT_EINVAL, "the program is of another version");
	}
	return RT_OK;
}

void prb_memory_close(struct prb_memory *memory)
{
	if (memory->file >= 0)
		close(memory->file);
	memory->file = -1;
}

/* An id as it stands in a path. */
static void encode(const char *id, char *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *id != '\0'; id++) {
		unsigned char c = (unsigned char)*id;

		if (c > ' ' && c != 0x7f && c != '/' && c != '*' && c != '%') {
			*out++ = (char)c;
			continue;
		}
		*out++ = '%';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out = '\0';
}

static bool name_of(const struct prb_memory *memory, uint64_t run, uint32_t name, char out[3 * NAME])
{
	const struct rt_layout *layout = &memory->layout;
	uint64_t atoms, texts;
	uint32_t text;
	char id[NAME];

	if ((name & NUMBER) != 0) {
		snprintf(out, 3 * NAME, "%u", name & ~NUMBER);
		return true;
	}
	if (!fetch(memory, run + layout->atoms, &atoms, sizeof(atoms)) ||
	    !fetch(memory, run + layout->texts, &texts, sizeof(texts)) ||
	    !fetch(memory, atoms + (uint64_t)(name - 1) * layout->atom_size + layout->atom_text, &text,
		   sizeof(text)))
		return false;
	ssize_t got = pread(memory->file, id, sizeof(id) - 1, (off_t)(texts + text));

	if (got <= 0)
		return false;
	id[got] = '\0';
	encode(id, out);
	return true;
}

bool prb_memory_path(const struct prb_memory *memory, uint64_t run, uint32_t place, char out[PRB_PATH])
{
	const struct rt_layout *layout = &memory->layout;
	uint32_t above[LEVELS];
	unsigned levels = 0;
	uint64_t places;
	size_t used = 0;

	if (memory->file < 0 || !fetch(memory, run + layout->places, &places, sizeof(places)))
		return false;
	for (; place != 0 && levels < LEVELS; levels++) {
		uint64_t entry = places + (uint64_t)(place - 1) * layout->place_size;

		if (!fetch(memory, entry + layout->place_name, &above[levels], sizeof(above[levels])) ||
		    !fetch(memory, entry + layout->place_parent, &place, sizeof(place)))
			return false;
	}
	while (levels-- > 0 && used < PRB_PATH - 1) {
		char name[3 * NAME];

		if (!name_of(memory, run, above[levels], name))
			return false;
		used += (size_t)snprintf(out + used, PRB_PATH - used, "%s%s", used > 0 ? "/" : "", name);
	}
	return used > 0;
}
