/* symbols.c - addresses to names, by elfutils' libdw where it was there to build with, else by the dynamic
 * linker, which knows exported names only. */
#include "probes.h"

#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if TREEFALL_HAVE_LIBDW
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PATH_LENGTH 4096

struct prb_symbols {
	Dwfl *dwfl;
	unsigned n_modules;
	int program; /* what the process runs, kept open: it may be replaced, and the process may end */
	char path[PATH_LENGTH];
};

/* The program itself is what we hold, whatever lies at its path by now. */
static int find_elf(Dwfl_Module *module, void **own, const char *name, Dwarf_Addr base, char **file,
		    Elf **elf)
{
	const struct prb_symbols *symbols = *own;

	if (symbols != NULL && symbols->program >= 0 && strcmp(name, symbols->path) == 0)
		return dup(symbols->program);
	return dwfl_linux_proc_find_elf(module, own, name, base, file, elf);
}

static int mark(Dwfl_Module *module, void **own, const char *name, Dwarf_Addr base, void *symbols)
{
	(void)module, (void)name, (void)base;
	*own = symbols;
	((struct prb_symbols *)symbols)->n_modules++;
	return DWARF_CB_OK;
}

static Dwfl *report(int pid)
{
	static char *no_path;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.debuginfo_path = &no_path,
	};
	char path[64];
	Dwfl *dwfl = dwfl_begin(&callbacks);

	/* Anybody who may look at a process may read its maps; its auxv, which the library would read, only
	 * its owner. */
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");

	if (dwfl != NULL && maps != NULL && dwfl_linux_proc_maps_report(dwfl, maps) == 0 &&
	    dwfl_report_end(dwfl, NULL, NULL) == 0) {
		fclose(maps);
		return dwfl;
	}
	if (maps != NULL)
		fclose(maps);
	dwfl_end(dwfl);
	return NULL;
}

struct prb_symbols *prb_symbols_open(int pid)
{
	struct prb_symbols *symbols = malloc(sizeof(*symbols));
	char path[64];
	ssize_t length;

	if (symbols == NULL)
		return NULL;
	if (pid == 0)
		pid = getpid();
	symbols->n_modules = 0;
	symbols->dwfl = report(pid);
	if (symbols->dwfl == NULL) {
		free(symbols);
		return NULL;
	}
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, symbols->path, sizeof(symbols->path) - 1);
	symbols->path[length > 0 ? length : 0] = '\0';
	symbols->program = open(path, O_RDONLY | O_CLOEXEC);
	dwfl_getmodules(symbols->dwfl, mark, symbols, 0);
	if (symbols->n_modules > 0)
		return symbols;
	/* It has ended and only waits to be told of. */
	prb_symbols_close(symbols);
	return NULL;
}

void prb_symbols_close(struct prb_symbols *symbols)
{
	if (symbols == NULL)
		return;
	dwfl_end(symbols->dwfl);
	if (symbols->program >= 0)
		close(symbols->program);
	free(symbols);
}

const char *prb_symbols_name(struct prb_symbols *symbols, uint64_t address)
{
	Dwfl_Module *module = symbols == NULL ? NULL : dwfl_addrmodule(symbols->dwfl, address);

	return module == NULL ? NULL : dwfl_module_addrname(module, address);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The file of this address and its line; null: unknown.  clang writes no table that says which unit has an
 * address, so each is asked then. */
static const char *find_line(Dwfl_Module *module, Dwarf_Addr where, int *number)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(module, where, &bias);

	if (unit == NULL)
		while ((unit = dwfl_module_nextcu(module, unit, &bias)) != NULL)
			if (dwarf_haspc(unit, where - bias) > 0)
				break;
	Dwarf_Line *line = unit == NULL ? NULL : dwarf_getsrc_die(unit, where - bias);

	if (line == NULL || dwarf_lineno(line, number) != 0)
		return NULL;
	return dwarf_linesrc(line, NULL, NULL);
}

static int put_symbol(Dwfl *dwfl, const void *address, char *buf, size_t size)
{
	Dwarf_Addr where = (Dwarf_Addr)(uintptr_t)address;
	Dwfl_Module *module = dwfl_addrmodule(dwfl, where);
	GElf_Off offset = 0;
	GElf_Sym symbol;
	const char *name = module == NULL
				   ? NULL
				   : dwfl_module_addrinfo(module, where, &offset, &symbol, NULL, NULL, NULL);
	int line = 0;

	if (name == NULL)
		return 0;
	const char *file = find_line(module, where, &line);

	if (file != NULL)
		return snprintf(buf, size, "%s+%#llx (%s:%d)", name, (unsigned long long)offset,
				base_name(file), line);
	return snprintf(buf, size, "%s+%#llx", name, (unsigned long long)offset);
}

static int put_name(const void *address, char *buf, size_t size)
{
	/* Made anew each time: modules may come and go, and nobody asks often. */
	struct prb_symbols *symbols = prb_symbols_open(0);
	int length = symbols == NULL ? 0 : put_symbol(symbols->dwfl, address, buf, size);

	prb_symbols_close(symbols);
	return length;
}
#else
#include <dlfcn.h>

struct prb_symbols *prb_symbols_open(int pid)
{
	(void)pid;
	return NULL;
}

void prb_symbols_close(struct prb_symbols *symbols)
{
	(void)symbols;
}

const char *prb_symbols_name(struct prb_symbols *symbols, uint64_t address)
{
	(void)symbols, (void)address;
	return NULL;
}

static int put_name(const void *address, char *buf, size_t size)
{
	Dl_info info;

	if (dladdr(address, &info) == 0 || info.dli_sname == NULL)
		return 0;
	return snprintf(buf, size, "%s+%#zx", info.dli_sname,
			(size_t)((uintptr_t)address - (uintptr_t)info.dli_saddr));
}
#endif

char *prb_symbol_text(const void *address, char *buf, size_t size)
{
	if (put_name(address, buf, size) == 0)
		snprintf(buf, size, "%p", address);
	return buf;
}
