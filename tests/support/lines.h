/* lines.h - texts that are journals, nearly journals and none, to be written in any form and read again. */
#ifndef TESTS_SUPPORT_LINES_H
#define TESTS_SUPPORT_LINES_H

#include <stddef.h>

#define LINES_HEADER "{\"treefall\":\"0\",\"journal\":1,\"seed\":7,\"scenario\":{\"name\":\"small\"}}\n"
#define LINES_END    "{\"end\":true,\"verdict\":\"PASS\",\"t\":9,\"step\":4,\"events\":3,\"hash\":\"0123\"}\n"
#define LINES_RUN                                                                                            \
	LINES_HEADER                                                                                         \
	"{\"seq\":1,\"t\":0,\"event\":\"start\",\"id\":\"app\",\"incarnation\":1,"                           \
	"\"kind\":\"sup\",\"cause\":0}\n"                                                                    \
	"{\"seq\":2,\"t\":5,\"event\":\"exit\",\"id\":\"app/a\",\"incarnation\":3,"                          \
	"\"reason\":\"x\",\"cause\":1}\n"                                                                    \
	"{\"seq\":3,\"t\":5,\"event\":\"exit\",\"id\":\"app/b\",\"incarnation\":3,"                          \
	"\"reason\":\"x\",\"cause\":1}\n"                                                                    \
	LINES_END

#define EVENT(rest) LINES_HEADER "{\"seq\":1,\"t\":0,\"event\":\"x\"" rest "}\n"

static const char *const lines_texts[] = {
	LINES_RUN,
	LINES_RUN LINES_RUN,
	LINES_HEADER,
	LINES_END,
	"{\"treefall\":",
	LINES_RUN LINES_END "behind it\n",
	"\n",
	"\n\n\n{}\n",
	"no end of line",
	LINES_RUN "{\"seq\":4,\"t\"",
	/* numbers at their limits and beyond */
	EVENT(",\"cause\":18446744073709551615"),
	EVENT(",\"cause\":9223372036854775807"),
	EVENT(",\"cause\":9999999999999999999"),
	EVENT(",\"n\":00,\"m\":01,\"k\":-5,\"f\":1.5e3,\"cause\":0"),
	EVENT(",\"n\":123456789012345678901234567890,\"cause\":1"),
	LINES_HEADER
	"{\"seq\":7,\"t\":9,\"event\":\"x\",\"cause\":9}\n{\"seq\":6,\"t\":3,\"event\":\"x\",\"cause\":0}\n",
	LINES_HEADER "{\"seq\":1,\"t\":2\n",
	EVENT(",\"seq\":1,\"seq\":2,\"cause\":0") "{\"seq\":3,\"t\":0,\"seq\":3,\"seq\":4}\n{\"seq\":5}\n",
	/* texts that are escaped, wrongly, not at all, or break off */
	EVENT(",\"id\":\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f\",\"cause\":0"),
	EVENT(",\"id\":\"a\\/b\\u0041\\u00fc\",\"cause\":0"),
	EVENT(",\"id\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xb2\",\"cause\":0"),
	EVENT(",\"id\":\"\xc3\xff\x80\",\"cause\":0"),
	EVENT(",\"id\":\"tab\there\",\"reason\":\"\x7f\",\"cause\":0"),
	EVENT(",\"id\":\"\",\"reason\":\"\",\"cause\":0"),
	EVENT(",\"id\":\"\\u0000\",\"cause\":0"),
	EVENT(",\"id\":\"breaks off\\"),
	EVENT(",\"id\":\"\\"),
	/* keys in another order, twice, in each other */
	EVENT(",\"reason\":\"r\",\"id\":\"i\",\"id\":\"j\",\"incarnation\":4,\"cause\":0,\"cause\":1"),
	EVENT(",\"input\":{\"action\":\"crash\",\"target\":\"a/*\",\"seq\":5,"
	      "\"times\":[1,2,\"x\"]},\"cause\":0"),
	EVENT(",\"result\":[[\"a\",\"running\",\"worker\"],[\"b\",\"running\",\"worker\"]],\"cause\":0"),
	EVENT(",,\"cause\":0"),
	EVENT(",\"cause\":0 "),
	EVENT(""),
	"{\"seq\":1,\"t\":0,\"event\":\"x\",\"cause\":0}\n",
};
#define LINES_TEXTS (sizeof(lines_texts) / sizeof(lines_texts[0]))

#undef EVENT

#endif
