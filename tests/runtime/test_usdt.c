/* Probe points: what is in the binary, what a sampler finds while a handler runs, and how paths are found
 * from outside. */
#include "config.h"
#include "runtime/core.h"
#include "runtime/usdt.h"
#include "runtime/worker.h"
#include "tests/support/fixture.h"

#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

/* One point as the notes of this very program have it. */
struct site {
	unsigned sites;
	GElf_Addr address, semaphore;
};

static void read_note(struct site sites[RT_USDT_COUNT], const char *text)
{
	GElf_Addr words[3];
	const char *provider = text + sizeof(words);
	const char *name = provider + strlen(provider) + 1;

	memcpy(words, text, sizeof(words));
	if (strcmp(provider, "treefall") != 0)
		return;
	for (unsigned i = 0; i < RT_USDT_COUNT; i++) {
		if (strcmp(rt_usdt_rows[i].name, name) != 0)
			continue;
		sites[i].sites++;
		sites[i].address = words[0];
		sites[i].semaphore = words[2];
		return;
	}
	fail_msg("%s is in the program and not in the table", name);
}

static void read_notes(struct site sites[RT_USDT_COUNT], Elf_Data *data)
{
	GElf_Nhdr header;
	size_t name, text;

	for (size_t at = 0; (at = gelf_getnote(data, at, &header, &name, &text)) > 0;)
		read_note(sites, (const char *)data->d_buf + text);
}

static const uint8_t *bytes_at(Elf *elf, GElf_Addr address)
{
	size_t n_headers;

	assert_int_equal(elf_getphdrnum(elf, &n_headers), 0);
	for (size_t i = 0; i < n_headers; i++) {
		GElf_Phdr header;

		assert_non_null(gelf_getphdr(elf, (int)i, &header));
		if (header.p_type == PT_LOAD && address >= header.p_vaddr &&
		    address - header.p_vaddr < header.p_filesz)
			return (const uint8_t *)elf_rawfile(elf, NULL) + header.p_offset +
			       (address - header.p_vaddr);
	}
	return NULL;
}

TEST(unit_every_point_is_in_the_program_as_a_five_byte_nop_with_a_semaphore)
{
	static const uint8_t nop5[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	struct site sites[RT_USDT_COUNT] = { 0 };
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	Elf_Scn *section = NULL;

	assert_true(file >= 0);
	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(file, ELF_C_READ, NULL);

	assert_non_null(elf);
	while ((section = elf_nextscn(elf, section)) != NULL) {
		GElf_Shdr header;

		gelf_getshdr(section, &header);
		if (header.sh_type == SHT_NOTE)
			read_notes(sites, elf_getdata(section, NULL));
	}
	for (unsigned i = 0; i < RT_USDT_COUNT; i++) {
		assert_int_equal(sites[i].sites, 1);
		assert_int_not_equal(sites[i].semaphore, 0);
		assert_memory_equal(bytes_at(elf, sites[i].address), nop5, sizeof(nop5));
	}
	elf_end(elf);
	close(file);
}
#endif

TEST(unit_every_row_says_what_it_is)
{
	for (unsigned i = 0; i < RT_USDT_COUNT; i++) {
		assert_true(rt_usdt_rows[i].help[0] != '\0');
		assert_true(rt_usdt_rows[i].args[0] != '\0');
	}
	assert_int_equal(rt_usdt_built(), TREEFALL_HAVE_SDT);
}

/* --- what a sampler finds ------------------------------------------------------------------------------ */

static struct rt_current found;

static void look(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
	found = treefall_current;
}

static const struct rt_behaviour looker = { .name = "looker", .help = "looks", .state = 16, .handle = look };
static const struct rt_child workers[] = {
	{ .id = "one", .behaviour = &looker, .shutdown_ms = 100 },
	{ .id = "7", .behaviour = &looker, .shutdown_ms = 100 },
	{ .id = "a b/c", .behaviour = &looker, .shutdown_ms = 100 },
};
static const struct rt_child tree = {
	.id = "top", .supervisor = true, .type = RT_SUPERVISOR, .intensity = 1, .period_s = 5,
	.n_children = 3, .children = workers,
};

static struct rt *start(void)
{
	struct rt *rt;

	assert_int_equal(rt_new(&(struct rt_config){ .seed = 1, .memory_max = 64 << 20 }, &rt), RT_OK);
	assert_int_equal(rt_start(rt, &tree), RT_OK);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	return rt;
}

TEST(unit_a_sampler_sees_whose_handler_runs_and_nobody_in_between)
{
	struct rt *rt = start();
	rt_place place = rt_path_find(rt, "top/7");
	rt_id worker = rt_path_actor(rt, place);

	assert_int_equal(rt_send(rt, worker, &(struct rt_msg){ .tag = 1 }), RT_OK);
	assert_int_equal(treefall_current.actor, 0);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	assert_int_equal(found.actor, worker);
	assert_int_equal(found.place, place);
	assert_int_equal(found.incarnation, 1);
	assert_int_equal(RT_RUN_ADDRESS(found.run), (uintptr_t)rt);
	assert_int_equal(treefall_current.actor, 0);
	rt_free(rt);
}

/* As one reads it who has nothing but the memory and the layout. */
static void names_of(const uint8_t *run, uint32_t place, char *out, size_t size)
{
	const struct rt_layout *l = &treefall_layout;
	const uint8_t *places = *(const uint8_t *const *)(run + l->places);
	const uint8_t *atoms = *(const uint8_t *const *)(run + l->atoms);
	const char *texts = *(const char *const *)(run + l->texts);

	out[0] = '\0';
	while (place != 0) {
		const uint8_t *entry = places + (size_t)(place - 1) * l->place_size;
		uint32_t name = *(const uint32_t *)(entry + l->place_name);
		char rest[200], text[64];

		if ((name & 0x80000000u) != 0)
			snprintf(text, sizeof(text), "%u", name & 0x7fffffffu);
		else
			snprintf(text, sizeof(text), "%s",
				 texts + *(const uint32_t *)(atoms + (size_t)(name - 1) * l->atom_size +
							     l->atom_text));
		snprintf(rest, sizeof(rest), "%s", out);
		snprintf(out, size, "%s%s%s", text, rest[0] != '\0' ? "|" : "", rest);
		place = *(const uint32_t *)(entry + l->place_parent);
	}
}

TEST(unit_the_layout_leads_from_a_place_to_its_names)
{
	struct rt *rt = start();
	char names[400];

	names_of((const uint8_t *)rt, rt_path_find(rt, "top/one"), names, sizeof(names));
	assert_string_equal(names, "top|one");
	names_of((const uint8_t *)rt, rt_path_find(rt, "top/7"), names, sizeof(names));
	assert_string_equal(names, "top|7");
	names_of((const uint8_t *)rt, rt_path_find(rt, "top/a%20b%2Fc"), names, sizeof(names));
	assert_string_equal(names, "top|a b/c");
	rt_free(rt);
}

TEST(unit_a_run_is_the_same_when_somebody_looks)
{
	struct rt *rt = start();
	uint64_t without = rt_state_hash(rt);

	rt_free(rt);
#define X(name, help, args) treefall_##name##_semaphore++;
	RT_USDT_LIST(X)
#undef X
	rt = start();
#define X(name, help, args) treefall_##name##_semaphore--;
	RT_USDT_LIST(X)
#undef X
	assert_int_equal(rt_state_hash(rt), without);
	rt_free(rt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW
		cmocka_unit_test(unit_every_point_is_in_the_program_as_a_five_byte_nop_with_a_semaphore),
#endif
		cmocka_unit_test(unit_every_row_says_what_it_is),
		cmocka_unit_test(unit_a_sampler_sees_whose_handler_runs_and_nobody_in_between),
		cmocka_unit_test(unit_the_layout_leads_from_a_place_to_its_names),
		cmocka_unit_test(unit_a_run_is_the_same_when_somebody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
