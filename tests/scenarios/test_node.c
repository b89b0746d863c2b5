/* test_node.c - YAML to nodes: what is kept, where it stood, and what is refused. */
#include "tests/support/loading.h"

#include <stdio.h>

#include "scenarios/diag.h"
#include "scenarios/node.h"

struct parsed {
	struct scn_arena *nodes, *texts;
	struct scn_diags diags;
	struct scn_node *root;
	enum rt_status status;
};

static struct parsed parse(const char *text)
{
	struct parsed p = { .nodes = scn_arena_new(), .texts = scn_arena_new() };

	assert_true(p.nodes && p.texts);
	p.status = scn_node_parse(text, strlen(text), p.nodes, p.texts, &p.diags, &p.root);
	return p;
}

static void release(struct parsed *p)
{
	scn_arena_free(p->nodes);
	scn_arena_free(p->texts);
	scn_diags_fini(&p->diags);
}

/* The nodes as `line:column text` in the order of the file; lists and maps as brackets. */
static size_t describe(const struct scn_node *node, char *buf, size_t size)
{
	size_t used = (size_t)snprintf(buf, size, " %u:%u", node->line, node->column);

	if (node->kind == SCN_NODE_TEXT)
		return used + (size_t)snprintf(buf + used, size - used, "%s'%s'", node->plain ? "" : "q",
					       node->text);
	if (node->kind == SCN_NODE_BAD)
		return used + (size_t)snprintf(buf + used, size - used, "!");
	used += (size_t)snprintf(buf + used, size - used, node->kind == SCN_NODE_MAP ? "{%u" : "[%u",
				 node->length);
	for (const struct scn_node *below = node->first; below; below = below->next)
		used += describe(below, buf + used, size - used);
	return used + (size_t)snprintf(buf + used, size - used, node->kind == SCN_NODE_MAP ? " }" : " ]");
}

static void assert_nodes(const char *text, const char *expected)
{
	struct parsed p = parse(text);
	char got[1024] = " nothing";

	if (p.diags.count)
		fail_msg("%u:%u: %s", p.diags.item[0].line, p.diags.item[0].column, p.diags.item[0].text);
	assert_int_equal(p.status, RT_OK);
	if (p.root)
		describe(p.root, got, sizeof(got));
	assert_string_equal(got + 1, expected);
	release(&p);
}

static void nodes_remember_where_they_stood(void **state)
{
	(void)state;
	assert_nodes("a: b\nc:\n  - d\n  - {e: [f]}\n",
		     "1:1{2 1:1'a' 1:4'b' 2:1'c' 3:3[2 3:5'd' 4:5{1 4:6'e' 4:9[1 4:10'f' ] } ] }");
	assert_nodes("\xef\xbb\xbf"
		     "a: b\n",
		     "1:1{1 1:1'a' 1:4'b' }");
}

static void quotes_are_told_from_plain_texts(void **state)
{
	(void)state;
	assert_nodes("- 'a'\n- \"b\\n\"\n- c\n- |\n  d\n", "1:1[4 1:3q'a' 2:3q'b\n' 3:3'c' 5:1q'd\n' ]");
}

static void quotes_in_single_quotes_come_in_pairs(void **state)
{
	(void)state;
	assert_nodes("- 'it''s'\n- 'a''''b'\n- ''''\n- ''\n- '''''a'''\n",
		     "1:1[5 1:3q'it's' 2:3q'a''b' 3:3q''' 4:3q'' 5:3q'''a'' ]");
	/* Line ends are folded as without pairs of quotes. */
	assert_nodes("- 'a''b  \n\n\n  c  d \n  e'\n", "1:1[1 1:3q'a'b\n\nc  d e' ]");
	assert_nodes("- 'a''''b  \n\n\n  c  d \n  e'\n", "1:1[1 1:3q'a''b\n\nc  d e' ]");
	assert_nodes("- 'a''''b\r\n  \r\n  c'\n- x\n", "1:1[2 1:3q'a''b\nc' 4:3'x' ]");
}

static void columns_count_characters(void **state)
{
	(void)state;
	assert_nodes("\"é日本\": x\n", "1:1{1 1:1q'é日本' 1:8'x' }");
	assert_nodes("a:\tb\n", "1:1{1 1:1'a' 1:4'b' }");
}

static void an_empty_value_is_where_its_key_is(void **state)
{
	(void)state;
	assert_nodes("a:\nb: ~\n", "1:1{2 1:1'a' 1:1'' 2:1'b' 2:4'~' }");
}

static void assert_refused(const char *text, unsigned line, unsigned column, const char *reason)
{
	struct parsed p = parse(text);

	assert_int_equal(p.status, RT_EINVAL);
	assert_int_equal(p.diags.count, 1);
	assert_string_equal(p.diags.item[0].text, reason);
	assert_int_equal(p.diags.item[0].line, line);
	assert_int_equal(p.diags.item[0].column, column);
	release(&p);
}

static void duplicates_name_the_first(void **state)
{
	(void)state;
	assert_refused("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key 'a', first on line 1");
	assert_refused("a: 1\n'a': 3\n", 2, 1, "duplicate key 'a', first on line 1");
}

static void duplicates_among_many_keys_are_found_at_once(void **state)
{
	enum { COUNT = 32000 };
	char *text = malloc(COUNT * 16);
	size_t length = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < COUNT; i++)
		length += (size_t)sprintf(text + length, "k%d: v\n", (i * 7919) % COUNT);
	struct parsed p = parse(text);
	assert_int_equal(p.status, RT_OK);
	assert_int_equal(p.root->length, COUNT);
	release(&p);
	sprintf(text + length, "k0: v\nk7919: v\n");
	p = parse(text);
	assert_int_equal(p.status, RT_EINVAL);
	assert_int_equal(p.diags.count, 2);
	scn_diags_sort(&p.diags);
	assert_int_equal(p.diags.item[0].line, COUNT + 1);
	assert_string_equal(p.diags.item[0].text, "duplicate key 'k0', first on line 1");
	assert_string_equal(p.diags.item[1].text, "duplicate key 'k7919', first on line 2");
	release(&p);
	free(text);
}

static void depth_is_limited(void **state)
{
	static const char *const openings[] = { "[", "{a: ", "- ", "? ", "{? " };
	enum { DEPTH = 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		size_t length = strlen(openings[i]);
		char *text = malloc(DEPTH * length + 1);
		assert_non_null(text);
		for (size_t k = 0; k < DEPTH; k++)
			memcpy(text + k * length, openings[i], length);
		text[DEPTH * length] = '\0';
		struct parsed p = parse(text);
		assert_int_equal(p.status, RT_EINVAL);
		assert_true(p.diags.count > 0);
		assert_null(p.root);
		release(&p);
		free(text);
	}
}

static void what_yaml_has_beyond_is_refused_but_read_on(void **state)
{
	struct parsed p = parse("a: &x 1\nb: *x\nc: !t 2\n<<: {d: 1}\n? [e]\n: f\ng: h\n");
	char got[512];

	(void)state;
	assert_int_equal(p.status, RT_EINVAL);
	assert_int_equal(p.diags.count, 5);
	assert_non_null(p.root);
	assert_true(describe(p.root, got, sizeof(got)) < sizeof(got));
	assert_string_equal(got,
			    " 1:1{6 1:1'a' 1:7'1' 2:1'b' 2:5! 3:1'c' 3:7'2' 4:1! 4:5{1 4:6'd' 4:9'1' } 5:3! "
			    "6:3'f' 7:1'g' 7:4'h' }");
	release(&p);
}

static void escapes_cannot_bring_in_what_is_refused(void **state)
{
	(void)state;
	assert_nodes("\"a\\tb\\u00e9\\U0001F600\\x01\"", "1:1q'a\tb\xc3\xa9\xf0\x9f\x98\x80\x01'");
	assert_refused("\"\\0\"", 1, 1,
		       "an escape in this text makes U+0000, which cannot stand in a scenario");
	assert_refused("\"\\x85\"", 1, 1,
		       "an escape in this text makes U+0085, which cannot stand in a scenario");
	assert_refused("\"\\uFFFE\"", 1, 1,
		       "an escape in this text makes U+FFFE, which cannot stand in a scenario");
}

static void nothing_at_all_is_no_document(void **state)
{
	(void)state;
	assert_refused("", 1, 1, "the file is empty; a scenario begins with `version: 1`");
	assert_refused("# a comment\n", 1, 1, "the file is empty; a scenario begins with `version: 1`");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_remember_where_they_stood),
		cmocka_unit_test(quotes_are_told_from_plain_texts),
		cmocka_unit_test(quotes_in_single_quotes_come_in_pairs),
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(an_empty_value_is_where_its_key_is),
		cmocka_unit_test(duplicates_name_the_first),
		cmocka_unit_test(duplicates_among_many_keys_are_found_at_once),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(what_yaml_has_beyond_is_refused_but_read_on),
		cmocka_unit_test(escapes_cannot_bring_in_what_is_refused),
		cmocka_unit_test(nothing_at_all_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
