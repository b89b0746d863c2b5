/* What is left of a terminal where there is none. */
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/fixture.h"
#include "viz/terminal.h"

TEST(unit_what_is_no_terminal_is_not_opened_and_nothing_is_to_be_restored)
{
	bool ascii = false;
	int in[2];

	assert_int_equal(pipe(in), 0);
	assert_true(dup2(in[0], STDIN_FILENO) == STDIN_FILENO);
	assert_non_null(viz_terminal_open(true, &ascii));
	viz_terminal_restore();
	viz_terminal_close();
	close(in[0]);
	close(in[1]);
}

RUN(cmocka_unit_test(unit_what_is_no_terminal_is_not_opened_and_nothing_is_to_be_restored))
