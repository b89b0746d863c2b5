/* elf.c - reading the notes of a binary: the one file that knows libelf.
 *
 * Everything comes out of notes, which survive strip(1), never from symbols. */
#include "elf.h"

#include <stdio.h>
#include <string.h>

#include "config.h"

/* --- arguments ----------------------------------------------------------------------------------------- */

/* Registers of x86-64 and their places in struct pt_regs, under each of their names. */
static const struct {
	const char *names[4];
	uint32_t offset;
} registers[] = {
	{ { "r15", "r15d", "r15w", "r15b" }, 0 },  { { "r14", "r14d", "r14w", "r14b" }, 8 },
	{ { "r13", "r13d", "r13w", "r13b" }, 16 }, { { "r12", "r12d", "r12w", "r12b" }, 24 },
	{ { "rbp", "ebp", "bp", "bpl" }, 32 },     { { "rbx", "ebx", "bx", "bl" }, 40 },
	{ { "r11", "r11d", "r11w", "r11b" }, 48 }, { { "r10", "r10d", "r10w", "r10b" }, 56 },
	{ { "r9", "r9d", "r9w", "r9b" }, 64 },     { { "r8", "r8d", "r8w", "r8b" }, 72 },
	{ { "rax", "eax", "ax", "al" }, 80 },      { { "rcx", "ecx", "cx", "cl" }, 88 },
	{ { "rdx", "edx", "dx", "dl" }, 96 },      { { "rsi", "esi", "si", "sil" }, 104 },
	{ { "rdi", "edi", "di", "dil" }, 112 },    { { "rsp", "esp", "sp", "spl" }, 152 },
};

static bool register_find(const char *name, uint32_t *offset)
{
	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		for (size_t j = 0; j < 4; j++) {
			if (strcmp(registers[i].names[j], name) == 0) {
				*offset = registers[i].offset;
				return true;
			}
		}
	}
	return false;
}

bool prb_arg_parse(const char *text, size_t length, struct prb_arg *out)
{
	char buf[64], reg[8];
	long long size, value = 0;
	int used = 0;
	struct prb_arg arg = { 0 };

	if (length >= sizeof(buf))
		return false;
	memcpy(buf, text, length);
	buf[length] = '\0';
	if (sscanf(buf, "%lld@%n", &size, &used) != 1 || used == 0)
		return false;
	arg.is_signed = size < 0;
	size = size < 0 ? -size : size;
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return false;
	arg.size = (uint8_t)size;
	const char *rest = buf + used;
	int end = 0;

	if (sscanf(rest, "$%lld%n", &value, &end) == 1 && rest[end] == '\0') {
		arg.where = PRB_CONSTANT;
	} else if (end = 0, sscanf(rest, "%%%7[a-z0-9]%n", reg, &end) == 1 && rest[end] == '\0') {
		arg.where = PRB_REGISTER;
	} else if (end = 0, sscanf(rest, "%lld(%%%7[a-z0-9])%n", &value, reg, &end) == 2 && end > 0 &&
			    rest[end] == '\0') {
		arg.where = PRB_MEMORY;
	} else if (end = 0, value = 0, sscanf(rest, "(%%%7[a-z0-9])%n", reg, &end) == 1 && end > 0 &&
				       rest[end] == '\0') {
		arg.where = PRB_MEMORY;
	} else {
		return false;
	}
	arg.value = value;
	if (arg.where != PRB_CONSTANT && !register_find(reg, &arg.reg))
		return false;
	*out = arg;
	return true;
}

/* --- the file ------------------------------------------------------------------------------------------ */

#if TREEFALL_HAVE_LIBDW && defined(__x86_64__)
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_LENGTH 128 /* of a path in messages; longer ones are cut */

static void parse_args(struct prb_point *point, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		if (point->n_args < PRB_ARGS_MAX &&
		    !prb_arg_parse(text, length, &point->site.arg[point->n_args]))
			point->odd = true;
		point->n_args++;
		text += length;
		text += strspn(text, " ");
	}
}

struct reading {
	int file;
	Elf *elf;
	struct prb_binary *binary;
	uint64_t base; /* where .stapsdt.base is now */
	uint64_t tls_size, tls_align;
};

/* A view of memory to a place in the file; 0: it is not in the file. */
static uint64_t offset_of(Elf *elf, uint64_t address)
{
	size_t count;

	if (elf_getphdrnum(elf, &count) != 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (gelf_getphdr(elf, (int)i, &header) != NULL && header.p_type == PT_LOAD &&
		    address >= header.p_vaddr && address - header.p_vaddr < header.p_filesz)
			return address - header.p_vaddr + header.p_offset;
	}
	return 0;
}

static void read_headers(struct reading *r)
{
	size_t count;

	if (elf_getphdrnum(r->elf, &count) != 0)
		return;
	r->binary->low = UINT64_MAX;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (gelf_getphdr(r->elf, (int)i, &header) == NULL)
			continue;
		if (header.p_type == PT_LOAD && header.p_vaddr < r->binary->low)
			r->binary->low = header.p_vaddr & ~(uint64_t)4095;
		if (header.p_type == PT_TLS) {
			r->tls_size = header.p_memsz;
			r->tls_align = header.p_align > 1 ? header.p_align : 1;
		}
	}
}

static bool add_point(struct reading *r, const char *text, size_t size)
{
	static const uint8_t nop5[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	struct prb_binary *binary = r->binary;
	uint64_t words[3];
	const char *provider = text + sizeof(words);

	if (size <= sizeof(words) || memchr(provider, '\0', size - sizeof(words)) == NULL ||
	    strcmp(provider, "treefall") != 0)
		return true;
	memcpy(words, text, sizeof(words));
	const char *name = provider + strlen(provider) + 1, *end = text + size;

	if (name >= end || memchr(name, '\0', (size_t)(end - name)) == NULL ||
	    strlen(name) >= sizeof(binary->points->name))
		return true;
	const char *args = name + strlen(name) + 1;

	if (args >= end || memchr(args, '\0', (size_t)(end - args)) == NULL)
		return true;
	struct prb_point *points = realloc(binary->points, (binary->n_points + 1) * sizeof(*points));

	if (points == NULL)
		return false;
	binary->points = points;
	struct prb_point *point = &points[binary->n_points++];
	/* Where the linker moved the file's parts since the note was written. */
	uint64_t moved = r->base != 0 ? r->base - words[1] : 0;
	uint8_t bytes[sizeof(nop5)];

	memset(point, 0, sizeof(*point));
	strcpy(point->name, name);
	point->offset = offset_of(r->elf, words[0] + moved);
	point->semaphore = words[2] != 0 ? offset_of(r->elf, words[2] + moved) : 0;
	point->nop5 = pread(r->file, bytes, sizeof(bytes), (off_t)point->offset) == sizeof(bytes) &&
		      memcmp(bytes, nop5, sizeof(nop5)) == 0;
	parse_args(point, args);
	/* In several places, each with its own arguments: whoever made that moved our functions about. */
	for (size_t i = 0; i + 1 < binary->n_points; i++) {
		if (strcmp(points[i].name, name) == 0)
			points[i].odd = true;
	}
	return true;
}

/* Of the runtime itself: where its layout is, and what a thread is at (usdt.c). */
static void read_own(struct reading *r, const char *text)
{
	uint64_t words[2];

	memcpy(words, text, sizeof(words));
	r->binary->layout = words[0];
	/* A program's own thread-local data ends, rounded up, at the thread pointer. */
	if (r->tls_align != 0)
		r->binary->current =
			(r->tls_size + r->tls_align - 1) / r->tls_align * r->tls_align - words[1];
}

static bool is_note(const GElf_Nhdr *header, const char *name, const char *owner, unsigned type)
{
	return header->n_type == type && header->n_namesz == strlen(owner) + 1 &&
	       memcmp(name, owner, header->n_namesz) == 0;
}

static bool read_notes(struct reading *r, Elf_Data *data)
{
	GElf_Nhdr header;
	size_t name, text;

	for (size_t at = 0; data != NULL && (at = gelf_getnote(data, at, &header, &name, &text)) > 0;) {
		const char *base = data->d_buf;

		if (is_note(&header, base + name, "stapsdt", 3) &&
		    !add_point(r, base + text, header.n_descsz))
			return false;
		if (is_note(&header, base + name, "treefall", 1) && header.n_descsz == 2 * sizeof(uint64_t))
			read_own(r, base + text);
	}
	return true;
}

static bool read_sections(struct reading *r)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;

	if (elf_getshdrstrndx(r->elf, &names) != 0)
		return true;
	while ((section = elf_nextscn(r->elf, section)) != NULL) {
		const char *name = gelf_getshdr(section, &header) != NULL
					   ? elf_strptr(r->elf, names, header.sh_name)
					   : NULL;

		if (name != NULL && strcmp(name, ".stapsdt.base") == 0)
			r->base = header.sh_addr;
	}
	while ((section = elf_nextscn(r->elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) == NULL)
			continue;
		if (header.sh_type == SHT_NOTE && !read_notes(r, elf_getdata(section, NULL)))
			return false;
	}
	return true;
}

/* What people call it: of a process the program that it runs. */
static const char *name_of(const char *path, char buf[NAME_LENGTH])
{
	ssize_t length = readlink(path, buf, NAME_LENGTH - 1);

	buf[length > 0 ? length : 0] = '\0';
	return length > 0 ? buf : path;
}

enum rt_status prb_binary_read(const char *path, struct prb_binary *out, struct rt_error *error)
{
	struct reading r = { .binary = out };
	char name[NAME_LENGTH];
	enum rt_status status = RT_OK;
	GElf_Ehdr header;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	memset(out, 0, sizeof(*out));
	if (file < 0)
		return rt_error_set(error, errno == ENOENT ? RT_ENOENT : RT_EIO, "%s: %m", path);
	r.file = file;
	elf_version(EV_CURRENT);
	/* Not mapped: in our own program the kernel would take it for another copy to set its probes in. */
	r.elf = elf_begin(file, ELF_C_READ, NULL);
	if (r.elf == NULL || elf_kind(r.elf) != ELF_K_ELF || gelf_getehdr(r.elf, &header) == NULL ||
	    header.e_machine != EM_X86_64) {
		status = rt_error_set(error, RT_EINVAL, "%s: not a program for x86-64", name_of(path, name));
		goto out;
	}
	read_headers(&r);
	if (!read_sections(&r))
		status = rt_error_set(error, RT_ENOMEM, "%s: no memory to read it", path);
	else if (out->n_points == 0)
		status = rt_error_set(
			error, RT_ENOENT,
			"%s has no probe points of treefall: it is another program, or was built "
			"without sys/sdt.h (Debian: systemtap-sdt-dev)",
			name_of(path, name));
out:
	elf_end(r.elf);
	close(file);
	if (status != RT_OK)
		prb_binary_fini(out);
	return status;
}
#else
#include <stdlib.h>

enum rt_status prb_binary_read(const char *path, struct prb_binary *out, struct rt_error *error)
{
	memset(out, 0, sizeof(*out));
	return rt_error_set(error, RT_EIO, "%s: this build cannot read binaries (%s)", path,
			    TREEFALL_HAVE_LIBDW ? "only x86-64 is known" : "it has no libelf");
}
#endif

void prb_binary_fini(struct prb_binary *binary)
{
	free(binary->points);
	*binary = (struct prb_binary){ 0 };
}

const struct prb_point *prb_binary_point(const struct prb_binary *binary, const char *name)
{
	for (size_t i = 0; i < binary->n_points; i++) {
		if (strcmp(binary->points[i].name, name) == 0)
			return &binary->points[i];
	}
	return NULL;
}
