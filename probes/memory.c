/* memory.c - following treefall_layout through the memory of a process. */
#include "memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define NUMBER 0x80000000u /* the top bit of a name that is a number */
#define NAME   256         /* bytes of an id, its end included */
#define LEVELS 1000
#define PAGE   4096
#define PATH_LENGTH 4096

static bool fetch(const struct prb_memory *memory, uint64_t address, void *out, size_t size)
{
	struct iovec here = { .iov_base = out, .iov_len = size };
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = size };

	return process_vm_readv(memory->pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* A text of at most NAME bytes.  It may end at the end of what is mapped, so the page behind is asked for
 * apart. */
static bool fetch_text(const struct prb_memory *memory, uint64_t address, char out[NAME])
{
	size_t here = PAGE - address % PAGE;

	if (here > NAME)
		here = NAME;
	if (!fetch(memory, address, out, here))
		return false;
	if (memchr(out, '\0', here) == NULL &&
	    (here == NAME || !fetch(memory, address + here, out + here, NAME - here)))
		return false;
	out[NAME - 1] = '\0';
	return true;
}

/* Where the first byte of the program lies in the process: its lowest mapping.  It is told by its path, which
 * is spelled alike in both places; numbers of files are not, on file systems that lie over others. */
static bool find_base(int pid, uint64_t *base)
{
	char path[64], program[PATH_LENGTH], line[PATH_LENGTH + 128];
	bool found = false;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, program, sizeof(program) - 1);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = length > 0 ? fopen(path, "re") : NULL;

	if (maps == NULL)
		return false;
	program[length] = '\0';
	while (!found && fgets(line, sizeof(line), maps) != NULL) {
		const char *name = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		found = name != NULL && strcmp(name, program) == 0 && sscanf(line, "%" SCNx64, base) == 1;
	}
	fclose(maps);
	return found;
}

enum rt_status prb_memory_open(int pid, const struct prb_binary *binary, struct prb_memory *out,
			       struct rt_error *error)
{
	uint64_t base;

	*out = (struct prb_memory){ .pid = pid };
	if (binary->layout == 0)
		return rt_error_set(error, RT_EINVAL, "the program does not say where its paths are");
	errno = ESRCH;
	if (!find_base(pid, &base) ||
	    !fetch(out, base + (binary->layout - binary->low), &out->layout, sizeof(out->layout))) {
		out->pid = 0;
		return rt_error_set(error, RT_EIO,
				    "the memory of process %d cannot be read, so who is where is known of "
				    "actors that start from now on only: %m",
				    pid);
	}
	if (out->layout.version != RT_LAYOUT_VERSION) {
		out->pid = 0;
		return rt_error_set(error, RT_EINVAL, "the program is of another version");
	}
	return RT_OK;
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
	    !fetch(memory, atoms + (uint64_t)name * layout->atom_size + layout->atom_text, &text,
		   sizeof(text)) ||
	    !fetch_text(memory, texts + text, id))
		return false;
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

	run = RT_RUN_ADDRESS(run);
	if (memory->pid == 0 || !fetch(memory, run + layout->places, &places, sizeof(places)))
		return false;
	for (; place != 0 && levels < LEVELS; levels++) {
		uint64_t entry = places + (uint64_t)place * layout->place_size;

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
