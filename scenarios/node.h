/* node.h - a YAML document as nodes that remember where they stood.
 *
 * Only what a scenario may use: mappings, lists, texts.  Whatever else YAML has (anchors, aliases, tags,
 * merge keys, keys that are no text, a second document) becomes a diagnostic and a node that is
 * `SCN_NODE_BAD`, about which nobody else has to complain.
 */
#ifndef SCENARIOS_NODE_H
#define SCENARIOS_NODE_H

#include "arena.h"
#include "scenario.h"

enum scn_node_kind { SCN_NODE_TEXT, SCN_NODE_LIST, SCN_NODE_MAP, SCN_NODE_BAD };

struct scn_node {
	union {
		const char *text;       /* ended; contains no NUL */
		struct scn_node *first; /* of a list the items; of a map a key, its value, the next key ... */
	};
	struct scn_node *next;
	uint32_t length; /* bytes of a text, items of a list, pairs of a map */
	uint32_t line, column;
	uint8_t kind; /* enum scn_node_kind */
	bool plain;   /* a text without quotes */
};

/* The kind in words: "a list". */
const char *scn_node_text(const struct scn_node *node);
/* Nothing was written: no text, `~` or `null`, without quotes. */
bool scn_node_is_null(const struct scn_node *node);

/* Check and parse one document; nodes go to `nodes`, texts to `texts`.  RT_OK with a root; RT_EINVAL: at
 * least one diagnostic, and `*root` null if there is nothing worth looking at any further; RT_ENOMEM. */
enum rt_status scn_node_parse(const char *source, size_t length, struct scn_arena *nodes,
			      struct scn_arena *texts, struct scn_diags *diags,
			      struct scn_node **root) RT_MUST_CHECK;

#endif
