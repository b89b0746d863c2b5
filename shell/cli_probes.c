/* cli_probes.c - `treefall probes`: what there is to look at, and whether we may. */
#include <string.h>

#include "cli.h"

static enum sh_code list(struct sh_cli *cli)
{
	struct sh_text text = { 0 };

	sh_probes_list(&text);
	sh_put(cli->out, text.text);
	sh_text_fini(&text);
	return SH_OK;
}

/* By looking at ourselves. */
static enum sh_code check(struct sh_cli *cli)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_VIEWS) - 1 };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		return sh_cli_error(cli, SH_UNAVAILABLE, "%s", error.text);
	unsigned views = prb_witness_views(witness);

	for (unsigned i = 0; i < PRB_VIEWS; i++)
		sh_printf(cli->out, "%-10s %-4s %s\n", prb_view_word(i), views & PRB_BIT(i) ? "yes" : "no",
			  prb_view_help(i));
	if (*prb_witness_note(witness))
		sh_printf(cli->out, "%s\n", prb_witness_note(witness));
	prb_witness_close(witness);
	return views == config.views ? SH_OK : SH_UNAVAILABLE;
}

enum sh_code sh_cli_probes(struct sh_cli *cli)
{
	if (!strcmp(cli->words[0], "list"))
		return list(cli);
	if (!strcmp(cli->words[0], "check"))
		return check(cli);
	return sh_cli_error(cli, SH_USAGE, "probes: '%s' is neither list nor check", cli->words[0]);
}
