/* plugin.c - opening a plugin, and telling somebody who wrote one in plain words why it cannot be opened.
 *
 * A plugin is never closed: workers run its code, and what they left behind may point into it.  So the list
 * below only grows.  Somebody who mends a plugin and loads the scenario again has to get the new one, though,
 * and the dynamic linker knows a file by its name: it is told another name of the same file (`./` does not
 * change where a path leads) for each time that it was built.
 */
#include "plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"

struct opened {
	struct opened *next;
	const struct rt_plugin *plugin;
	struct stat file;
	char path[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct opened *all;

static _Thread_local const char *offered_path;
static _Thread_local const struct rt_plugin *offered;

/* The head of this program, where the linker puts it: what it was built for. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

#define FAULT(error, ...) ((void)rt_error_set(error, RT_EINVAL, __VA_ARGS__))

static void no_memory(struct rt_error *error)
{
	(void)rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* --- the file ------------------------------------------------------------------------------------------ */

/* `path` as seen from the folder of `scenario`; null: no memory. */
static char *join(const char *scenario, const char *path)
{
	size_t folder = *path == '/' ? 0 : (size_t)(base_name(scenario) - scenario);
	char *joined = scn_mem_alloc(folder + strlen(path) + 1);

	if (joined) {
		memcpy(joined, scenario, folder);
		strcpy(joined + folder, path);
	}
	return joined;
}

/* A file that is shorter than it says would crash the dynamic linker. */
static bool is_whole(int fd, const ElfW(Ehdr) *head, off_t size)
{
	ElfW(Phdr) part;

	for (unsigned i = 0; i < head->e_phnum; i++) {
		off_t at = (off_t)(head->e_phoff + i * sizeof(part));
		if (pread(fd, &part, sizeof(part), at) != (ssize_t)sizeof(part) ||
		    part.p_offset > (size_t)size || part.p_filesz > (size_t)size - part.p_offset)
			return false;
	}
	return true;
}

/* Is it a shared object for this machine?  The dynamic linker looks closer, but says less. */
static bool is_shared_object(int fd, off_t size, struct rt_error *error)
{
	const ElfW(Ehdr) *own = &__ehdr_start;
	ElfW(Ehdr) head;

	if (pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
		FAULT(error, "it is no plugin: it is no shared object");
	else if (head.e_ident[EI_CLASS] != own->e_ident[EI_CLASS] ||
		 head.e_ident[EI_DATA] != own->e_ident[EI_DATA] || head.e_machine != own->e_machine)
		FAULT(error, "it was built for another kind of machine");
	else if (head.e_type == ET_REL)
		FAULT(error, "it is an object file, and no plugin yet; link it with -shared");
	else if (head.e_type != ET_DYN || head.e_phentsize != sizeof(ElfW(Phdr)))
		FAULT(error, "it is no plugin: it is no shared object");
	else if (!is_whole(fd, &head, size))
		FAULT(error, "it is torn: it was not written to its end");
	else
		return true;
	return false;
}

static bool look_at(const char *path, struct stat *file, struct rt_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool good = false;

	if (fd < 0 || fstat(fd, file) != 0)
		FAULT(error, "it cannot be read: %s", strerror(errno));
	else if (S_ISDIR(file->st_mode))
		FAULT(error, "it is a folder, and no plugin");
	else if (!S_ISREG(file->st_mode))
		FAULT(error, "it is no plugin: it is no shared object");
	else
		good = is_shared_object(fd, file->st_size, error);
	if (fd >= 0)
		close(fd);
	return good;
}

/* --- what is open -------------------------------------------------------------------------------------- */

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct opened *find(const struct stat *file)
{
	struct opened *opened = all;

	while (opened && !same_file(&opened->file, file))
		opened = opened->next;
	return opened;
}

/* A name of `path` that no plugin was opened under; null: no memory. */
static char *fresh_name(const char *path)
{
	size_t times = 0, folder = (size_t)(base_name(path) - path);

	for (const struct opened *opened = all; opened; opened = opened->next)
		times += strcmp(opened->path, path) == 0;
	char *name = scn_mem_alloc(strlen(path) + 2 * times + 1), *at = name;
	if (!name)
		return NULL;
	at = mempcpy(at, path, folder);
	while (times-- > 0)
		at = mempcpy(at, "./", 2);
	strcpy(at, path + folder);
	return name;
}

/* --- the dynamic linker -------------------------------------------------------------------------------- */

/* Its message is `NAME: what (details)`; what most people will see is told in our words. */
static void tell_refused(const char *message, const char *alias, struct rt_error *error)
{
	static const char symbol[] = "undefined symbol: ", program[] = "position-independent executable";
	const char *found;

	if (!message)
		message = "nobody knows why";
	if ((found = strstr(message, symbol))) {
		found += sizeof(symbol) - 1;
		FAULT(error, "it uses '%.*s', which is neither in it nor in what treefall gives to plugins",
		      (int)strcspn(found, " ,"), found);
		return;
	}
	if (strstr(message, program)) {
		FAULT(error, "it is a program, and no plugin; link it with -shared");
		return;
	}
	/* Where it is about another file, a library that it needs, that stays. */
	size_t length = strlen(alias);
	if (strncmp(message, alias, length) == 0 && strncmp(message + length, ": ", 2) == 0)
		message += length + 2;
	FAULT(error, "it cannot be opened: %s", message);
}

static const struct rt_plugin *link_in(const char *alias, struct rt_error *error)
{
	void *handle = dlopen(alias, RTLD_NOW | RTLD_LOCAL);
	const struct rt_plugin *plugin;

	if (!handle) {
		tell_refused(dlerror(), alias, error);
		return NULL;
	}
	plugin = dlsym(handle, "treefall_plugin");
	if (!plugin)
		FAULT(error, "it is a shared object, but no plugin: it exports no treefall_plugin");
	if (plugin && scn_plugin_check(plugin, error) == RT_OK)
		return plugin;
	dlclose(handle);
	return NULL;
}

static const struct rt_plugin *open_new(const char *path, const struct stat *file, struct rt_error *error)
{
	struct opened *opened = scn_mem_alloc(sizeof(*opened) + strlen(path) + 1);
	char *alias = fresh_name(path);
	const struct rt_plugin *plugin = NULL;

	if (opened && alias)
		plugin = link_in(alias, error);
	else
		no_memory(error);
	if (plugin) {
		*opened = (struct opened){ .next = all, .plugin = plugin, .file = *file };
		strcpy(opened->path, path);
		all = opened;
		opened = NULL;
	}
	scn_mem_free(opened);
	scn_mem_free(alias);
	return plugin;
}

static const struct rt_plugin *open_file(const char *path, struct rt_error *error)
{
	const struct rt_plugin *plugin = NULL;
	struct stat file;

	if (!look_at(path, &file, error))
		return NULL;
	pthread_mutex_lock(&lock);
	const struct opened *opened = find(&file);
	if (!opened)
		plugin = open_new(path, &file, error);
	else if (unchanged(&opened->file, &file))
		plugin = opened->plugin;
	else
		FAULT(error,
		      "it was written over while it was open; start treefall again, and let a new file take "
		      "its place next time, as linkers do");
	pthread_mutex_unlock(&lock);
	return plugin;
}

const struct rt_plugin *scn_plugin_open(const char *scenario, const char *path, struct rt_error *error)
{
	const struct rt_plugin *plugin = NULL;

	if (offered_path && strcmp(path, offered_path) == 0)
		return offered;
	if (offered_path) {
		FAULT(error, "there is no file %s", path);
		return NULL;
	}
	if (*path == '\0') {
		FAULT(error, "a plugin is the path of a file, such as ./mine.so");
		return NULL;
	}
	char *joined = join(scenario, path);
	if (!joined) {
		no_memory(error);
		return NULL;
	}
	char *real = realpath(joined, NULL);
	if (real)
		plugin = open_file(real, error);
	else if (errno == ENOMEM)
		no_memory(error);
	else if (errno == ENOENT || errno == ENOTDIR)
		FAULT(error, "there is no file %s", joined);
	else
		FAULT(error, "%s cannot be read: %s", joined, strerror(errno));
	free(real);
	scn_mem_free(joined);
	return plugin;
}

const char *scn_plugin_path(const struct rt_plugin *plugin)
{
	const char *path = NULL;

	if (offered_path && plugin == offered)
		return offered_path;
	pthread_mutex_lock(&lock);
	for (const struct opened *opened = all; opened && !path; opened = opened->next)
		path = opened->plugin == plugin ? opened->path : NULL;
	pthread_mutex_unlock(&lock);
	return path;
}

const struct rt_behaviour *scn_plugin_find(const struct rt_plugin *plugin, const char *name)
{
	for (const struct rt_behaviour *const *row = plugin->behaviours; *row; row++) {
		if (strcmp((*row)->name, name) == 0)
			return *row;
	}
	return NULL;
}

void scn_plugin_offer(const char *path, const struct rt_plugin *plugin)
{
	offered_path = path;
	offered = plugin;
}
