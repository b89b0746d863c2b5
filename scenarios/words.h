/* words.h - how numbers, texts and probes are said to people. */
#ifndef SCENARIOS_WORDS_H
#define SCENARIOS_WORDS_H

#include "scenario.h"
#include "text.h"

/* Text from a scenario or a runtime; control characters, which a terminal would obey, become `?`. */
void scn_words_clean(struct scn_text *out, const char *text);
/* "2nd" */
#define SCN_ORDINAL_BUF 40
char *scn_words_ordinal(uint64_t number, char buf[SCN_ORDINAL_BUF]);
/* 1234567 as "1,234,567" */
#define SCN_GROUPED_BUF 32
char *scn_words_grouped(uint64_t number, char buf[SCN_GROUPED_BUF]);
/* A probe as it is typed after `expect`; scn_probe_parse understands it. */
void scn_words_probe(struct scn_text *out, const struct scn_probe *probe);

#endif
